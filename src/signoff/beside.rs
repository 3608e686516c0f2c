//! Files of the same engagement that lie beside a file that was sent: what was signed by it and may not be recorded yet.
//!
//! Whoever signed a minute ago and thinks better of it has the file that he was sent and the reply that he made, and nothing
//! else. A notice has to list what it takes back, so the two are read together.

use std::fs;
use std::path::{Path, PathBuf};

use super::basis::{self, Basis, Files};
use super::bundle::{self, Reply};
use super::place::Sent;
use super::session::Session;
use crate::error::{Error, Result};
use crate::report::words::shell;
use crate::trust::statement::Statement;

/// The most files of a folder that are looked at.
const MOST_FILES: usize = 500;

/// The files in the folder of a file, and in the current one, that may belong to it.
#[derive(Debug)]
pub struct Beside {
    files: Vec<PathBuf>,
}

impl Beside {
    /// Lists what lies beside a file.
    pub fn of(file: &Path) -> Self {
        let own = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut files: Vec<PathBuf> = [own, Path::new(".")]
            .into_iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flat_map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).take(MOST_FILES))
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        files.sort();
        files.dedup_by_key(|path| fs::canonicalize(&*path).ok());
        Self { files }
    }

    /// Returns the file that was sent with the replies beside it that belong to its version, as far as they verify.
    ///
    /// # Errors
    /// Where there are more sign-offs than we look at.
    pub fn added_to(&self, mut sent: Sent, session: &Session) -> Result<Sent> {
        let replies: Vec<Reply> = self
            .files
            .iter()
            .filter(|file| bundle::is_reply(file))
            .filter_map(|file| bundle::reply(file).ok())
            .collect();
        for reply in replies {
            if let Some(more) = with(&sent, &reply, session)? {
                sent = more;
            }
        }
        Ok(sent)
    }

    /// Returns the file that a reply was signed by, with the reply in it.
    ///
    /// # Errors
    /// Where none lies beside it.
    pub fn around(&self, file: &Path, session: &Session) -> Result<Sent> {
        let reply = bundle::reply(file)?;
        for file in self.files.iter().filter(|file| bundle::is_bundle(file)) {
            if let Some(found) =
                Sent::read(file).ok().and_then(|sent| with(&sent, &reply, session).transpose())
            {
                return found;
            }
        }
        let name = file.display();
        let said = statement(&reply);
        let version = said.map_or_else(
            || "ID@VERSION".to_owned(),
            |said| format!("{}@{}", said.matrix.id, said.matrix.version),
        );
        Err(Error::usage(format!("the file that `{name}` was signed by does not lie beside it"))
            .because("a notice lists what it takes back, and that needs the whole of the file that was sent")
            .hint(format!(
                "if `{}` was not sent back yet, delete it: then nothing was said. Else put the file that you were sent \
                 beside it, or ask for one: `countersign withdraw {} --prepare FILE` where it is recorded",
                name,
                shell(version)
            )))
    }
}

/// Returns a file that was sent with a reply in it, if the reply is about its version and verifies there.
fn with(sent: &Sent, reply: &Reply, session: &Session) -> Result<Option<Sent>> {
    let Some(said) = statement(reply) else { return Ok(None) };
    if sent.bundle.matrix.as_ref() != Some(&said.matrix) || sent.tree.contains_key(&said.path()) {
        return Ok(None);
    }
    let files: Files =
        reply.files().iter().map(|(path, text)| (path.clone(), Some(text.clone().into_bytes()))).collect();
    let tree = basis::with(&basis::with(&sent.tree, &sent.bundle.offer()), &files);
    let basis = Basis::of(&tree, session)?;
    if basis::refusal(&basis.standing, &said.path()).is_some() {
        return Ok(None);
    }
    Ok(Some(Sent { bundle: sent.bundle.clone(), tree, name: sent.name.clone() }))
}

/// Returns the statement of a reply, if it holds one.
fn statement(reply: &Reply) -> Option<Statement> {
    let mut texts = reply.files().iter().filter(|(path, _)| !path.ends_with(".sig"));
    texts.find_map(|(_, text)| Statement::parse(text.as_bytes()).ok())
}
