// Makes the pages that are checked: pages.mjs BINARY FOLDER.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const binary = resolve(process.argv[2]);
const folder = resolve(process.argv[3]);
const scratch = mkdtempSync(join(tmpdir(), 'countersign-pages-'));
mkdirSync(folder, { recursive: true });

const run = (program, args, cwd = '.') =>
  execFileSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
const page = (name, args, cwd) =>
  writeFileSync(join(folder, `${name}.html`), run(binary, [...args, '--format', 'html'], cwd));
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const pair = (name, before, after) => {
  write(join(scratch, 'before.json'), before);
  write(join(scratch, 'after.json'), after);
  page(`diff-${name}`, ['diff', 'before.json', 'after.json'], scratch);
  page(`show-${name}`, ['show', 'after.json'], scratch);
};

/** Edits a matrix as a renegotiation would: every class of change, in many rows. */
function renegotiated(matrix) {
  const after = structuredClone(matrix);
  after.version = '2.0';
  after.review.every = 'P6M';
  after.parties[1].name = 'Harbor Managed Services';
  after.rows.forEach((row, index) => {
    const duty = row.duties[0];
    if (index % 7 === 0) duty.party = duty.party === 'client' ? 'provider' : 'client';
    if (index % 5 === 0) row.activity = `${row.activity}, and report what was found to both parties`;
    if (index % 11 === 0) row.evidence = row.evidence?.slice(1);
    if (index % 13 === 0) row.allocation = row.allocation === 'client' ? 'provider' : 'client';
    if (duty.within) duty.within = { ...duty.within, time: 'PT4H' };
  });
  const [gone] = after.rows.splice(40, 1);
  after.rows.push({ ...gone, id: 'split-off', title: 'Split off from what was there', duties: gone.duties.slice(1) });
  return after;
}

/** Texts that break layouts: words without a break, right-to-left, markup. */
function awkward(matrix) {
  const after = structuredClone(matrix);
  const long = 'Unbreakable'.repeat(14);
  after.title = `${long} <script>alert(1)</script>`;
  after.parties[0].name = long;
  for (const row of after.rows) {
    row.title = `<b>${long}</b>`;
    row.activity = `${long} & "quoted" مسؤولية مشتركة 責任共有 ${'/path'.repeat(40)}`;
    row.duties?.forEach((duty) => (duty.text = long));
  }
  return after;
}

/** Two matrices in a repository, both changed, and the gate weakened. */
function repository() {
  const dir = join(scratch, 'repository');
  mkdirSync(dir);
  const git = (...args) => run('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], dir);
  git('init', '-q');
  for (const framework of ['cmmc-l2', 'soc2']) {
    run(binary, ['init', '--framework', framework, '--client', 'Acme Defense', '--provider', 'Harbor MSP'], dir);
  }
  git('add', '-A');
  git('-c', 'commit.gpgsign=false', 'commit', '-q', '-m', 'Begin');
  for (const name of readdirSync(join(dir, 'matrices'))) {
    const path = join(dir, 'matrices', name);
    const matrix = read(path);
    matrix.rows.slice(0, 12).forEach((row) => (row.activity = `${row.activity}, every quarter`));
    matrix.rows[3].duties.forEach((duty) => (duty.party = matrix.parties[0].id));
    write(path, matrix);
  }
  const settings = join(dir, 'countersign.json');
  write(settings, { ...read(settings), rules: { 'row-has-evidence': { severity: 'off' }, 'row-has-owner': { severity: 'note' } } });
  page('diff-repository', ['diff'], dir);
}

const named = JSON.parse(
  readFileSync('policies/cmmc-l2/starter.json', 'utf8')
    .replaceAll('{client}', 'Acme Defense')
    .replaceAll('{provider}', 'Harbor MSP'),
);
const example = (name) => ['before.json', 'after.json'].map((side) => read(`tests/diff/${name}/${side}`));
for (const name of ['row-moves-and-is-reworded', 'default-moves-every-row', 'owned-by-nobody']) {
  pair(name, ...example(name));
}
const [small] = example('client-to-provider');
pair('nothing', small, small);
pair('awkward', small, awkward(small));
pair('renegotiated', named, renegotiated(named));
repository();
rmSync(scratch, { recursive: true, force: true });
