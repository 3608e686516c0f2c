//! Keys and signatures that OpenSSH or its libraries accept and we do not, and those that we do.

use base64ct::{Base64, Encoding};
use countersign::trust::sshsig::{Flaw, Namespace, PublicKey, Touch, verify};
use p256::ecdsa::signature::Signer;
use sha2::{Digest, Sha256};

use crate::support::keys::{self, Parts, Soft, armor, blob, fields};

const MESSAGE: &[u8] = b"version 1.1\n";
const PURPOSE: Namespace = Namespace::Statement;

fn check(key: &PublicKey, armored: &[u8]) -> Result<(), Flaw> {
    verify(armored, key, PURPOSE, MESSAGE, Touch::Plain)
}

fn real(name: &str) -> (PublicKey, Vec<u8>) {
    (keys::public(name).parse().unwrap(), keys::sign(name, PURPOSE.as_str(), MESSAGE))
}

#[test]
fn real_keys_sign() {
    for name in ["kind:ed25519", "kind:ecdsa"] {
        let (key, signature) = real(name);
        assert_eq!(check(&key, &signature), Ok(()), "{name}");
        assert_eq!(verify(&signature, &key, PURPOSE, b"other", Touch::Plain), Err(Flaw::Wrong));
        assert_eq!(verify(&signature, &key, Namespace::Roster, MESSAGE, Touch::Plain), Err(Flaw::Namespace));
    }
}

#[test]
fn both_digests_of_openssh_are_read() {
    let key = keys::public("bob").parse().unwrap();
    for hash in ["hashalg=sha256", "hashalg=sha512"] {
        let options = ["-n", PURPOSE.as_str(), "-O", hash];
        let signature = keys::sign_with(&keys::private("bob"), &options, MESSAGE);
        assert_eq!(check(&key, &signature), Ok(()), "{hash}");
    }
}

#[test]
fn other_kinds_of_keys_may_not_sign() {
    assert_eq!(keys::public("kind:rsa").parse::<PublicKey>(), Err(Flaw::KeyType));
    let (key, _) = real("bob");
    assert_eq!(check(&key, &keys::sign("kind:rsa", PURPOSE.as_str(), MESSAGE)), Err(Flaw::KeyType));
}

#[test]
fn certificates_may_not_sign() {
    keys::public("authority");
    keys::public("certified");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-s"])
        .arg(keys::private("authority"))
        .args(["-I", "x", "-n", "x"])
        .arg(keys::private("certified").with_extension("pub"))
        .status()
        .unwrap();
    assert!(made.success());
    let path = keys::private("certified").with_file_name("certified-cert.pub");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut words = text.split_whitespace();
    let (kind, encoded) = (words.next().unwrap(), words.next().unwrap());
    assert_eq!(format!("{kind} {encoded}").parse::<PublicKey>(), Err(Flaw::KeyType));
    assert_eq!(format!("ssh-ed25519 {encoded}").parse::<PublicKey>(), Err(Flaw::KeyType));
}

#[test]
fn a_key_has_one_spelling() {
    let text = keys::public("bob");
    assert_eq!(text.parse::<PublicKey>().unwrap().to_string(), text);
    for wrong in [format!("{text} bob"), format!(" {text}"), text.replace(' ', "  "), format!("{text}\n")] {
        assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
    }
    let mut long = Base64::decode_vec(text.split_once(' ').unwrap().1).unwrap();
    long.push(0);
    assert_eq!(PublicKey::from_blob(&long), Err(Flaw::Trailing));
    let relabelled = Soft::security(3).public().replace("sk-ssh-ed25519@openssh.com ", "ssh-ed25519 ");
    assert_eq!(relabelled.parse::<PublicKey>(), Err(Flaw::KeyType));
}

/// The coordinates beyond the field's prime, 2^255-19, are second spellings of small ones.
#[test]
fn a_point_has_one_spelling() {
    let mut second_spellings = 0;
    for (low, high) in (0xED..=0xFF).flat_map(|low| [(low, 0x7F), (low, 0xFF)]) {
        let mut point = [0xFF; 32];
        (point[0], point[31]) = (low, high);
        let key = PublicKey::from_blob(&fields(&[b"ssh-ed25519", &point]));
        assert!(matches!(key, Err(Flaw::WeakKey | Flaw::Malformed)), "{low:x} {high:x}");
        second_spellings += usize::from(key == Err(Flaw::WeakKey));
    }
    assert!(second_spellings > 4, "{second_spellings}");
}

#[test]
fn a_key_of_small_order_is_refused_though_one_signature_fits_every_message() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = fields(&[b"ssh-ed25519", &identity]);
    assert_eq!(PublicKey::from_blob(&weak), Err(Flaw::WeakKey));
    let mut parts = Parts::plain(weak, PURPOSE.as_str());
    let constant: Vec<u8> = identity.iter().copied().chain([0; 32]).collect();
    parts.inner = fields(&[b"ssh-ed25519", &constant]);
    assert_eq!(check(&real("bob").0, &armor(&parts.to_blob(), 70)), Err(Flaw::WeakKey));
    let orders = ["00".repeat(32), format!("ec{}7f", "ff".repeat(30)), format!("{}80", "00".repeat(31))];
    for text in orders {
        let point: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect();
        assert!(PublicKey::from_blob(&fields(&[b"ssh-ed25519", &point])).is_err(), "{text}");
    }
}

#[test]
fn the_armor_is_exactly_one_block_of_any_width() {
    let (key, signature) = real("bob");
    let inner = blob(&signature);
    for width in [1, 64, 70, 76, 10_000] {
        assert_eq!(check(&key, &armor(&inner, width)), Ok(()), "{width}");
    }
    let text = String::from_utf8(signature).unwrap();
    assert_eq!(check(&key, text.trim_end().as_bytes()), Ok(()));
    let wrong = [
        format!("hello\n{text}"),
        format!("{text}hello\n"),
        format!("{text}\n"),
        format!("\n{text}"),
        format!("{text}{text}"),
        text.replace("SIGNATURE-----\nU", "SIGNATURE-----\n\nU"),
        text.replacen("U1", " U1", 1),
        text.replacen("U1", "U\t1", 1),
        text.replace("BEGIN SSH", "BEGIN  SSH"),
        text.replace("-----END SSH SIGNATURE-----", ""),
        String::new(),
    ];
    for one in wrong {
        assert_eq!(check(&key, one.as_bytes()), Err(Flaw::Armor), "{one}");
    }
    assert_eq!(check(&key, text.replace('\n', "\r\n").as_bytes()), Err(Flaw::CarriageReturn));
}

#[test]
fn the_fields_are_those_of_version_one_and_nothing_else() {
    let soft = Soft::plain(1);
    let key = PublicKey::from_blob(&soft.blob()).unwrap();
    let plain = Parts::plain(soft.blob(), PURPOSE.as_str());
    let made = |change: &dyn Fn(&mut Parts)| {
        let mut parts = plain.clone();
        change(&mut parts);
        armor(&soft.finish(parts, MESSAGE, 0).to_blob(), 70)
    };
    assert_eq!(check(&key, &made(&|_| ())), Ok(()));
    assert_eq!(check(&key, &made(&|parts| parts.version = 0)), Err(Flaw::Version));
    assert_eq!(check(&key, &made(&|parts| parts.version = 2)), Err(Flaw::Version));
    assert_eq!(check(&key, &made(&|parts| parts.reserved = b"x".to_vec())), Err(Flaw::Reserved));
    assert_eq!(check(&key, &made(&|parts| parts.tail = b"x".to_vec())), Err(Flaw::Trailing));
    assert_eq!(check(&key, &made(&|parts| parts.hash = b"sha1".to_vec())), Err(Flaw::Hash));
    assert_eq!(check(&key, &made(&|parts| parts.hash = b"SHA512".to_vec())), Err(Flaw::Hash));
    assert_eq!(check(&key, &made(&|parts| parts.magic = b"SSHSIH".to_vec())), Err(Flaw::Malformed));
    assert_eq!(check(&key, &made(&|parts| parts.namespace.push(0))), Err(Flaw::Namespace));
    assert_eq!(check(&key, &made(&|parts| parts.namespace.clear())), Err(Flaw::Namespace));
    let mut longer = soft.finish(plain.clone(), MESSAGE, 0);
    longer.inner.push(0);
    assert_eq!(check(&key, &armor(&longer.to_blob(), 70)), Err(Flaw::Trailing));
    let mut other = soft.finish(plain.clone(), MESSAGE, 0);
    other.key = Soft::plain(2).blob();
    assert_eq!(check(&key, &armor(&other.to_blob(), 70)), Err(Flaw::OtherKey));
    let cut = soft.finish(plain.clone(), MESSAGE, 0).to_blob();
    for length in 0..cut.len() {
        assert!(check(&key, &armor(&cut[..length], 70)).is_err(), "{length}");
    }
}

#[test]
fn a_signature_that_was_enlarged_by_the_group_order_is_refused() {
    let soft = Soft::plain(1);
    let key = PublicKey::from_blob(&soft.blob()).unwrap();
    let mut parts = soft.finish(Parts::plain(soft.blob(), PURPOSE.as_str()), MESSAGE, 0);
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let start = parts.inner.len() - 32;
    let mut carry = 0;
    for (byte, add) in parts.inner[start..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert!(check(&key, &armor(&parts.to_blob(), 70)).is_err());
}

#[test]
fn a_security_key_must_have_been_touched() {
    let soft = Soft::security(3);
    let key: PublicKey = soft.public().parse().unwrap();
    let by = |flags, touch| verify(&soft.sign(PURPOSE, MESSAGE, flags), &key, PURPOSE, MESSAGE, touch);
    assert_eq!(by(1, Touch::Plain), Ok(()));
    assert_eq!(by(5, Touch::Plain), Ok(()));
    assert_eq!(by(0, Touch::Plain), Err(Flaw::Untouched));
    assert_eq!(by(4, Touch::Plain), Err(Flaw::Untouched));
    assert_eq!(by(1, Touch::WithVerification), Err(Flaw::UserNotVerified));
    assert_eq!(by(5, Touch::WithVerification), Ok(()));
}

#[test]
fn the_flags_of_a_security_key_are_signed() {
    let soft = Soft::security(3);
    let key: PublicKey = soft.public().parse().unwrap();
    let mut parts = soft.finish(Parts::plain(soft.blob(), PURPOSE.as_str()), MESSAGE, 0);
    let flags = parts.inner.len() - 5;
    parts.inner[flags] = 1;
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Err(Flaw::Wrong));
}

#[test]
fn a_security_key_of_a_web_site_may_not_sign() {
    let soft = Soft::security(3).with_application(b"https://example.com");
    assert_eq!(soft.public().parse::<PublicKey>(), Err(Flaw::KeyType));
}

#[test]
fn a_security_key_is_not_the_plain_key_with_the_same_point() {
    let (plain, security) = (Soft::plain(3), Soft::security(3));
    let key: PublicKey = security.public().parse().unwrap();
    assert_eq!(check(&key, &plain.sign(PURPOSE, MESSAGE, 0)), Err(Flaw::OtherKey));
    let mut parts = plain.finish(Parts::plain(plain.blob(), PURPOSE.as_str()), MESSAGE, 0);
    parts.key = security.blob();
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Err(Flaw::KeyType));
    assert_eq!(key.material(), plain.public().parse::<PublicKey>().unwrap().material());
}

fn mpint(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap();
    let mut out = bytes[start..].to_vec();
    if out[0] & 0x80 != 0 {
        out.insert(0, 0);
    }
    out
}

fn security_p256(flags: u8) -> (PublicKey, Vec<u8>) {
    let secret = p256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
    let point = secret.verifying_key().to_encoded_point(false);
    let kind = b"sk-ecdsa-sha2-nistp256@openssh.com";
    let key = fields(&[kind, b"nistp256", point.as_bytes(), b"ssh:"]);
    let mut parts = Parts::plain(key.clone(), PURPOSE.as_str());
    let mut all = Sha256::digest(b"ssh:").to_vec();
    all.extend([flags, 0, 0, 0, 9]);
    all.extend(Sha256::digest(parts.signed(MESSAGE)));
    let signature: p256::ecdsa::Signature = secret.sign(&all);
    let (r, s) = signature.split_bytes();
    parts.inner = fields(&[kind, &fields(&[&mpint(&r), &mpint(&s)])]);
    parts.inner.extend([flags, 0, 0, 0, 9]);
    (PublicKey::from_blob(&key).unwrap(), armor(&parts.to_blob(), 70))
}

#[test]
fn a_security_key_on_p256_signs_when_touched() {
    let (key, signature) = security_p256(1);
    assert_eq!(check(&key, &signature), Ok(()));
    let (key, signature) = security_p256(0);
    assert_eq!(check(&key, &signature), Err(Flaw::Untouched));
}

#[test]
fn nothing_follows_the_fields_of_an_inner_signature() {
    let soft = Soft::security(3);
    let key: PublicKey = soft.public().parse().unwrap();
    let mut parts = soft.finish(Parts::plain(soft.blob(), PURPOSE.as_str()), MESSAGE, 1);
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Ok(()));
    parts.inner.push(0);
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Err(Flaw::Trailing));
}

#[test]
fn numbers_in_a_signature_are_in_their_shortest_form() {
    let (key, signature) = real("kind:ecdsa");
    let whole = blob(&signature);
    let at = whole.len() - 3;
    let mut padded = whole.clone();
    padded[at] ^= 1;
    assert_eq!(check(&key, &armor(&padded, 70)), Err(Flaw::Wrong));
    let secret = p256::ecdsa::SigningKey::from_slice(&[6; 32]).unwrap();
    let point = secret.verifying_key().to_encoded_point(false);
    let key = fields(&[b"ecdsa-sha2-nistp256", b"nistp256", point.as_bytes()]);
    let mut parts = Parts::plain(key.clone(), PURPOSE.as_str());
    let signature: p256::ecdsa::Signature = secret.sign(&parts.signed(MESSAGE));
    let (r, s) = signature.split_bytes();
    let mut long = vec![0];
    long.extend(mpint(&r));
    let key = PublicKey::from_blob(&key).unwrap();
    parts.inner = fields(&[b"ecdsa-sha2-nistp256", &fields(&[&mpint(&r), &mpint(&s)])]);
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Ok(()));
    parts.inner = fields(&[b"ecdsa-sha2-nistp256", &fields(&[&mpint(&r), &mpint(&s), b""])]);
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Err(Flaw::Trailing));
    parts.inner = fields(&[b"ecdsa-sha2-nistp256", &fields(&[&long, &mpint(&s)])]);
    assert_eq!(check(&key, &armor(&parts.to_blob(), 70)), Err(Flaw::Malformed));
}
