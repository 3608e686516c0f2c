// Opens every page of FOLDER/pages from its file and checks it as its readers use it: check.mjs FOLDER.
// Screenshots are written to FOLDER.

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const require = createRequire(join(folder, 'node_modules', 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let passed = 0;
let failed = 0;

function check(page, what, faults) {
  if (faults.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED ${page}: ${what}`);
  faults.slice(0, 8).forEach((fault) => console.log(`    ${fault}`));
  if (faults.length > 8) console.log(`    and ${faults.length - 8} more`);
}

function browserPath() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean);
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => [name, ...folders.map((it) => join(it, name))]);
  const found = paths.find((path) => path.includes('/') && existsSync(path));
  if (!found) throw new Error('no Chromium: run tests/browser/setup.sh');
  return found;
}

// What runs inside a page. Each is sent as its source, so none may use anything from outside itself.

/** Elements that stick out of the viewport to the right, and a page that scrolls sideways. */
function tooWide() {
  const root = document.scrollingElement;
  const faults = [];
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}`);
  for (const it of document.body.querySelectorAll('*')) {
    const box = it.getBoundingClientRect();
    if (box.right > root.clientWidth + 1) faults.push(`<${it.tagName} class="${it.className}"> ends at ${box.right}`);
  }
  return faults;
}

/** Texts that nobody sees. Ways about the page, which lead nowhere on paper, and `spare` may be missing. */
function unseen(spare) {
  const faults = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const parent = text.parentElement;
    if (text.data.trim() === '' || parent.closest(spare)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const seen =
      parent.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
      box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth + 1;
    if (!seen) faults.push(`unseen: ${text.data.trim().slice(0, 60)}`);
    for (let it = parent; it && it !== document.body; it = it.parentElement) {
      const style = getComputedStyle(it);
      const clips = style.overflow !== 'visible' && (it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1);
      if (clips || style.clipPath !== 'none') faults.push(`cut off: ${text.data.trim().slice(0, 60)}`);
    }
  }
  return faults;
}

/** Numbers everything that a keyboard must reach, and says how much there is. */
function numbered() {
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]');
  [...all].forEach((it, index) => (it.dataset.stop = String(index)));
  return all.length;
}

/** The element that has the focus, and what is wrong with how it shows that. */
function focused() {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const style = getComputedStyle(it);
  const box = it.getBoundingClientRect();
  const faults = [];
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) faults.push('has no visible focus');
  if (box.width === 0 || box.right < 1 || box.left >= innerWidth || box.bottom < 1 || box.top >= innerHeight) {
    faults.push('is out of sight when focused');
  }
  return { stop: it.dataset.stop, name: it.textContent.trim().slice(0, 40), faults };
}

/** Links that lead out of the page, or nowhere. */
function deadLinks() {
  return [...document.links]
    .filter((it) => !it.getAttribute('href').startsWith('#') || !document.getElementById(it.hash.slice(1)))
    .map((it) => it.outerHTML.slice(0, 80));
}

async function accessibility(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
  // A contrast that axe could not work out is a contrast that nobody checked.
  const unsure = found.incomplete.filter((it) => it.id === 'color-contrast');
  return [...found.violations, ...unsure].map(
    (it) => `${it.id}: ${it.help} (${it.nodes.length}, first ${it.nodes[0].html.slice(0, 100)})`,
  );
}

async function keyboard(page) {
  const stops = await page.evaluate(numbered);
  const reached = new Set();
  const faults = [];
  for (let press = 0; press <= stops + 1; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(focused);
    if (at === null || reached.has(at.stop)) break;
    reached.add(at.stop);
    faults.push(...at.faults.map((fault) => `${at.name}: ${fault}`));
  }
  if (reached.size !== stops) faults.push(`Tab reaches ${reached.size} of ${stops}`);
  return faults;
}

/** The skip link comes first and leads past what stands before the content. */
async function skipLink(page) {
  await page.evaluate(() => (document.activeElement?.blur(), scrollTo(0, 0)));
  const link = await page.evaluate(() => document.querySelector('a, button, [tabindex]')?.getAttribute('href') ?? '');
  if (!link.startsWith('#')) return ['the first stop is no skip link'];
  await page.focus(`a[href="${link}"]`);
  await page.keyboard.press('Enter');
  return page.evaluate((id) => {
    const top = document.getElementById(id).getBoundingClientRect().top;
    return location.hash === `#${id}` && top < innerHeight ? [] : ['the skip link does not lead to its target'];
  }, link.slice(1));
}

async function shoot(page, name) {
  const height = await page.evaluate(() => document.scrollingElement.scrollHeight);
  const { width } = page.viewportSize();
  const clip = { x: 0, y: 0, width, height: Math.min(height, 2400) };
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip });
}

const profile = mkdtempSync(join(tmpdir(), 'countersign-browser-'));
const browser = await chromium.launch({
  executablePath: browserPath(),
  env: { ...process.env, HOME: profile },
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND',
  ],
});

/** Opens a page as one kind of reader, hands it to `look`, and holds every reader to silence and no network. */
async function reader(name, kind, options, look) {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(join(folder, 'pages', `${name}.html`)).href;
  const said = [];
  const asked = [];
  page.on('console', (it) => ['error', 'warning'].includes(it.type()) && said.push(it.text()));
  page.on('pageerror', (it) => said.push(String(it)));
  context.on('request', (it) => it.url() !== url && !it.url().startsWith(`${url}#`) && asked.push(it.url()));
  await page.goto(url);
  const result = await look(page);
  check(name, `${kind}: the console stays empty`, said);
  check(name, `${kind}: nothing is fetched`, asked);
  await context.close();
  return result;
}

async function checkPage(name) {
  const text = (page) => page.evaluate(() => document.body.innerText);
  const desktop = await reader(name, 'desktop', { colorScheme: 'light' }, async (page) => {
    check(name, 'axe finds nothing', await accessibility(page));
    check(name, 'nothing sticks out on a desktop', await page.evaluate(tooWide));
    check(name, 'links lead somewhere in the page', await page.evaluate(deadLinks));
    check(name, 'everything is within reach of a keyboard', await keyboard(page));
    check(name, 'the skip link works', await skipLink(page));
    await page.evaluate(() => (document.activeElement?.blur(), scrollTo(0, 0)));
    await shoot(page, `${name}-desktop`);
    return text(page);
  });
  await reader(name, 'no script', { javaScriptEnabled: false }, async (page) => {
    const bare = await page.locator('body').innerText();
    check(name, 'scripts off: nothing is missing', bare === desktop ? [] : ['the text differs']);
    const scripts = await page.locator('script').count();
    check(name, 'scripts off: there are none', scripts === 0 ? [] : [`${scripts} scripts`]);
  });
  await reader(name, 'dark', { colorScheme: 'dark' }, async (page) => {
    check(name, 'dark: axe finds nothing', await accessibility(page));
    const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)');
    check(name, 'dark: the page is dark', light ? ['it is white'] : []);
    await shoot(page, `${name}-dark`);
  });
  await reader(name, '320 px', { viewport: { width: 320, height: 640 } }, async (page) => {
    check(name, '320 px: no sideways scroll', await page.evaluate(tooWide));
    check(name, '320 px: axe finds nothing', await accessibility(page));
    // Column headings are read out but not shown where a table is stacked.
    check(name, '320 px: nothing is cut off', await page.evaluate(unseen, '.skip, thead'));
    check(name, '320 px: everything is within reach of a keyboard', await keyboard(page));
    await page.evaluate(() => (document.activeElement?.blur(), scrollTo(0, 0)));
    await shoot(page, `${name}-320`);
  });
  // A4 with margins of an inch: the narrowest paper that is common.
  for (const colorScheme of ['light', 'dark']) {
    await reader(name, `print, ${colorScheme}`, { viewport: { width: 602, height: 930 }, colorScheme }, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme });
      check(name, `print, ${colorScheme}: everything is printed`, await page.evaluate(unseen, '.skip, nav'));
      check(name, `print, ${colorScheme}: nothing sticks out`, await page.evaluate(tooWide));
      const paper = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        return `${color} on ${backgroundColor}`;
      });
      const black = paper === 'rgb(0, 0, 0) on rgb(255, 255, 255)';
      check(name, `print, ${colorScheme}: black on white`, black ? [] : [paper]);
      await shoot(page, `${name}-print-${colorScheme}`);
      if (colorScheme === 'light') await page.pdf({ path: join(folder, 'pages', `${name}.pdf`), format: 'A4' });
    });
  }
}

try {
  const names = readdirSync(join(folder, 'pages')).filter((it) => it.endsWith('.html')).sort();
  for (const file of names) await checkPage(file.slice(0, -'.html'.length));
  if (names.length === 0) check('pages', 'there are some', ['none']);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
