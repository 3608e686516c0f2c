//! A synthetic history as a stream for `git fast-import`.
//!
//! The generator's state is global: a side branch edits the same matrices as `main`, and each merge states
//! the final content of every file that either side touched, so no merge has a conflict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::matrix::Matrix;
use super::random::Random;
use super::stream::{Commit, Stream};
use super::words;

/// How large a repository becomes.
pub(crate) struct Size {
    /// The letter people call it by.
    pub(crate) name: &'static str,
    /// How many commits it has, the first one that imports everything included.
    pub(crate) commits: usize,
    /// How many matrices it has.
    pub(crate) matrices: usize,
    /// How many of a thousand ordinary commits touch a matrix; the others touch source files.
    matrix_commits: u64,
    /// How many of a thousand steps are a side branch and its merge.
    merges: u64,
    /// How many ordinary source files lie beside the matrices.
    sources: usize,
}

/// Small, medium and large: an engagement, a provider's portfolio, a monorepo with matrices in it.
pub(crate) const SIZES: &[Size] = &[
    Size { name: "S", commits: 200, matrices: 5, matrix_commits: 900, merges: 50, sources: 200 },
    Size { name: "M", commits: 5_000, matrices: 50, matrix_commits: 900, merges: 60, sources: 600 },
    Size { name: "L", commits: 50_000, matrices: 200, matrix_commits: 40, merges: 80, sources: 4_000 },
];

/// What a written history contains.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// All commits.
    pub(crate) commits: usize,
    /// Ordinary commits that touch a matrix; merges are not among them.
    pub(crate) matrix_commits: usize,
    /// Those of them that record a sign-off.
    pub(crate) signoffs: usize,
}

/// The path of the matrix that most commits touch; it has 320 rows.
pub(crate) const HOT: &str = "matrices/client-000/matrix-0.json";

/// The configuration at the root of every generated engagement.
pub(crate) const CONFIG: &str = r#"{
  "format": "countersign/config/1",
  "packs": ["core", "cmmc-l2"],
  "matrices": ["matrices/**/*.json"]
}
"#;

/// Writes the history of `size` under `seed`.
///
/// # Errors
/// Whatever keeps `out` from taking it.
pub(crate) fn write(size: &Size, seed: u64, out: impl Write) -> io::Result<Summary> {
    let mut history = History::begin(size, seed, out);
    let mut head = history.import()?;
    while history.summary.commits < size.commits {
        let room = size.commits - history.summary.commits > 4;
        head = if room && history.random.chance(size.merges) {
            history.merge(head)?
        } else {
            history.step("main", head)?.0
        };
    }
    history.stream.finish("side")?;
    Ok(history.summary)
}

type Files = BTreeMap<String, String>;

struct History<'a, W: Write> {
    size: &'a Size,
    random: Random,
    stream: Stream<W>,
    matrices: Vec<(String, Matrix)>,
    /// Ends of the slices in which a draw falls on each matrix.
    weights: Vec<u64>,
    sources: Vec<(String, Vec<String>)>,
    summary: Summary,
}

impl<'a, W: Write> History<'a, W> {
    fn begin(size: &'a Size, seed: u64, out: W) -> Self {
        let mut random = Random::named(size.name, seed);
        let matrices = (0..size.matrices).map(|number| matrix(number, &mut random)).collect();
        let sources = (0..size.sources).map(|number| source(number, &mut random)).collect();
        let weights = weights(size.matrices);
        Self {
            size,
            random,
            stream: Stream::to(out),
            matrices,
            weights,
            sources,
            summary: Summary::default(),
        }
    }

    /// Writes the commit that brings every file.
    fn import(&mut self) -> io::Result<usize> {
        let mut files = Files::from([
            ("README.md".to_owned(), "# A synthetic engagement\n".to_owned()),
            ("countersign.json".to_owned(), CONFIG.to_owned()),
        ]);
        files.extend(self.matrices.iter().map(|(path, matrix)| (path.clone(), matrix.text())));
        files.extend(self.sources.iter().map(|(path, lines)| (path.clone(), lines.join("\n") + "\n")));
        self.commit(&Commit { branch: "main", message: "Import\n", from: None, merge: None, files: &files })
    }

    /// Writes a side branch of one to three commits, perhaps one on `main` meanwhile, and their merge.
    fn merge(&mut self, head: usize) -> io::Result<usize> {
        let (mut side, mut main, mut touched) = (head, head, Files::new());
        for _ in 0..self.random.between(1, 3) {
            let (mark, files) = self.step("side", side)?;
            side = mark;
            touched.extend(files);
        }
        if self.random.chance(700) {
            let (mark, files) = self.step("main", head)?;
            main = mark;
            touched.extend(files);
        }
        let message = "Merge branch 'side'\n";
        self.commit(&Commit { branch: "main", message, from: Some(main), merge: Some(side), files: &touched })
    }

    /// Writes one ordinary commit and returns its mark and files.
    fn step(&mut self, branch: &str, from: usize) -> io::Result<(usize, Files)> {
        let (message, files) = if self.random.chance(self.size.matrix_commits) {
            self.edit_matrix()
        } else {
            self.edit_sources()
        };
        let commit = Commit { branch, message: &message, from: Some(from), merge: None, files: &files };
        Ok((self.commit(&commit)?, files))
    }

    fn commit(&mut self, commit: &Commit) -> io::Result<usize> {
        self.summary.commits += 1;
        self.stream.commit(commit, &mut self.random)
    }

    fn edit_matrix(&mut self) -> (String, Files) {
        let draw = self.random.below(*self.weights.last().expect("there is a matrix"));
        let at = self.weights.partition_point(|end| *end <= draw);
        let (path, matrix) = &mut self.matrices[at];
        let deeds = matrix.edit(&mut self.random);
        self.summary.matrix_commits += 1;
        let body = words::long_deed(&mut self.random);
        let message = if self.summary.matrix_commits.is_multiple_of(40) {
            self.summary.signoffs += 1;
            matrix.advance();
            signoff(matrix, &body, &mut self.random)
        } else {
            format!("{}: change {}\n\n{body}.\n", matrix.id(), deeds.join(", "))
        };
        (message, Files::from([(path.clone(), matrix.text())]))
    }

    fn edit_sources(&mut self) -> (String, Files) {
        let mut files = Files::new();
        for _ in 0..[1, 1, 2, 4][self.random.index(4)] {
            let at = self.random.index(self.sources.len());
            let (path, lines) = &mut self.sources[at];
            let line = self.random.index(lines.len());
            lines[line] = words::deed(&mut self.random);
            files.insert(path.clone(), lines.join("\n") + "\n");
        }
        (format!("{}\n\n{}.\n", words::title(&mut self.random), words::long_deed(&mut self.random)), files)
    }
}

fn matrix(number: usize, random: &mut Random) -> (String, Matrix) {
    let rows = if number == 0 { 320 } else { [50, 110, 110, 220, 320][random.index(5)] };
    let client = format!("client-{:03}", number / 3);
    let path = format!("matrices/{client}/matrix-{}.json", number % 3);
    let id = format!("{client}-matrix-{}", number % 3);
    (path, Matrix::make(&id, &client, rows, random))
}

fn source(number: usize, random: &mut Random) -> (String, Vec<String>) {
    let path = format!("src/mod{:02}/sub{:02}/file{number:04}.rs", random.below(40), random.below(12));
    let lines = (0..random.between(10, 80)).map(|_| words::deed(random)).collect();
    (path, lines)
}

/// Returns running sums of `1 / n^0.7`: some matrices are edited far more often than others.
fn weights(count: usize) -> Vec<u64> {
    let mut sum = 0;
    (1..=u32::try_from(count).expect("matrices are counted in hundreds"))
        .map(|position| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and 1,000,000"
            )]
            let weight = (1e6 / f64::from(position).powf(0.7)).round() as u64;
            sum += weight;
            sum
        })
        .collect()
}

/// Returns the message of a commit that records a statement. The statement itself is not written: its
/// signature would not verify, and a tree with `signoffs/` asks for a roster.
fn signoff(matrix: &Matrix, body: &str, random: &mut Random) -> String {
    let digest: String = (0..4).map(|_| format!("{:016x}", random.bits())).collect();
    let party = if random.chance(500) { matrix.client() } else { super::row::PROVIDER };
    format!(
        "Approve {id} {version}\n\n{body}.\n\nCountersign-Matrix: {id}@{version}\nCountersign-Party: {party}\n\
         Countersign-Signer: ann\nCountersign-Decision: approve\nCountersign-Statement: sha256:{digest}\n",
        id = matrix.id(),
        version = matrix.version(),
    )
}
