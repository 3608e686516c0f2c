//! Files of keys as mail, editors and other programs leave them, which `ssh-keygen` does not read and does not say why.

use std::path::Path;

use crate::error::Error;
use crate::report::words::shell;

/// Why `ssh-keygen` cannot read the file of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Its lines end as on Windows.
    CarriageReturns,
    /// Its last line does not end.
    NoLastLineEnd,
    /// Something stands before its first line or behind the text of a line.
    Blanks,
    /// It is text of two bytes a character, as PowerShell writes it.
    Utf16,
    /// It is a key of `PuTTY`.
    Putty,
}

/// Says why `ssh-keygen` cannot read the text of a private key, as far as its form tells; the key itself is not looked at.
pub(super) fn unreadable(text: &[u8]) -> Option<Unreadable> {
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Some(Unreadable::Utf16);
    }
    if text.starts_with(b"PuTTY-User-Key-File-") {
        return Some(Unreadable::Putty);
    }
    let bare = without_mark(text).trim_ascii_start();
    if !bare.starts_with(b"-----BEGIN ") {
        return None;
    }
    let has_blanks =
        || text.split(|byte| *byte == b'\n').any(|line| line.ends_with(b" ") || line.ends_with(b"\t"));
    match text {
        _ if text.contains(&b'\r') => Some(Unreadable::CarriageReturns),
        _ if bare.len() < text.len() || has_blanks() => Some(Unreadable::Blanks),
        _ => (!text.ends_with(b"\n")).then_some(Unreadable::NoLastLineEnd),
    }
}

/// Returns a text without the mark that some editors put before it.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Says whether a setting names an OpenPGP key, by the end of its fingerprint or by whom it belongs to.
pub(super) fn is_openpgp(setting: &str) -> bool {
    let id = setting.strip_prefix("0x").unwrap_or(setting).trim_end_matches('!');
    let is_id = matches!(id.len(), 8 | 16 | 32 | 40) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id || (setting.contains('@') && !setting.contains('/'))
}

impl Unreadable {
    /// Refuses the key, with the command that mends its file where it lies; a private key is never copied.
    pub(super) fn refuse(self, file: &Path) -> Error {
        let name = shell(file.display());
        let why = match self {
            Self::CarriageReturns => "its lines end as on Windows (CR LF)",
            Self::NoLastLineEnd => "its last line has no line end",
            Self::Blanks => "blanks or a byte order mark stand where none may",
            Self::Utf16 => "it is UTF-16, as PowerShell writes text",
            Self::Putty => "it is a key of PuTTY",
        };
        let hint = match self {
            Self::CarriageReturns => {
                format!("`perl -pi -e 's/\\r//g' {name}` mends the file, or save it with line ends of Unix")
            }
            Self::NoLastLineEnd => format!("`echo >> {name}` mends the file"),
            Self::Blanks => format!(
                "`perl -0777 -pi -e 's/^\\xEF\\xBB\\xBF//; s/^\\s+//; s/[ \\t]+$//mg' {name}` mends the file"
            ),
            Self::Utf16 => {
                "write it again as plain ASCII: `Set-Content -Encoding ascii` in PowerShell".to_owned()
            }
            Self::Putty => format!("`puttygen {name} -O private-openssh -o NEW` writes it for OpenSSH"),
        };
        Error::usage(format!("`{}` is no key that ssh-keygen can read", file.display()))
            .because(why)
            .hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, is_openpgp, unreadable};

    #[test]
    fn the_form_of_a_private_key_is_told() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc=\n-----END OPENSSH PRIVATE KEY-----\n";
        for (text, fault) in [
            (key.to_owned(), None),
            (key.replace('\n', "\r\n"), Some(Unreadable::CarriageReturns)),
            (key.trim_end().to_owned(), Some(Unreadable::NoLastLineEnd)),
            (format!("\u{feff}{key}"), Some(Unreadable::Blanks)),
            (format!("\n{key}"), Some(Unreadable::Blanks)),
            (key.replace('=', "= "), Some(Unreadable::Blanks)),
            ("PuTTY-User-Key-File-3: ssh-ed25519\n".to_owned(), Some(Unreadable::Putty)),
            ("ssh-ed25519 AAAA".to_owned(), None),
        ] {
            assert_eq!(unreadable(text.as_bytes()), fault, "{text:?}");
        }
        assert_eq!(unreadable(b"\xff\xfe-\0"), Some(Unreadable::Utf16));
    }

    #[test]
    fn openpgp_keys_are_known_by_their_names() {
        assert!(is_openpgp("0x0123456789ABCDEF") && is_openpgp("DEADBEEF!") && is_openpgp("ann@example.org"));
        assert!(
            !is_openpgp("~/.ssh/id_ed25519") && !is_openpgp("keys/ann@home") && !is_openpgp("id_ed25519")
        );
    }
}
