//! Locks links with a passphrase, and opens them. [`crate::wire::share::locked`] says how they are laid out.

use aes_gcm::aead::{Aead as _, Generate as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::Sha256;

use crate::wire::share::locked::{CODEC, HEAD, ROUNDS, ROUNDS_MAX};
use crate::wire::share::{Parts, bytes_of, spell};

/// Returns the fragment so that only the passphrase opens it; nothing where the system has no random numbers.
pub fn lock(fragment: &str, pass: &str) -> Option<String> {
    lock_by(fragment, pass, ROUNDS)
}

fn lock_by(fragment: &str, pass: &str, rounds: u32) -> Option<String> {
    let parts = Parts::read(fragment).ok()?;
    let salt = <[u8; 16]>::try_generate().ok()?;
    let nonce = <[u8; 12]>::try_generate().ok()?;
    let inner = [parts.codec.as_bytes(), &bytes_of(parts.payload)?].concat();
    let beside = beside(&parts);
    let message = Payload { msg: &inner, aad: beside.as_bytes() };
    let locked = cipher(pass, rounds, &salt).encrypt(&Nonce::from(nonce), message).ok()?;
    let payload = spell(&[&rounds.to_be_bytes()[..], &salt, &nonce, &locked].concat());
    Some(Parts { codec: CODEC, payload: &payload, ..parts }.sealed())
}

/// Returns the fragment that was locked; nothing where the passphrase is another.
pub fn unlock(fragment: &str, pass: &str) -> Option<String> {
    let parts = Parts::read(fragment).ok()?;
    let bytes = bytes_of(parts.payload)?;
    let [rounds, salt, nonce] = HEAD;
    let (rounds, rest) = bytes.split_at_checked(rounds)?;
    let (salt, rest) = rest.split_at_checked(salt)?;
    let (nonce, locked) = rest.split_at_checked(nonce)?;
    let rounds = u32::from_be_bytes(rounds.try_into().ok()?);
    if !(1..=ROUNDS_MAX).contains(&rounds) {
        return None;
    }
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    let beside = beside(&parts);
    let message = Payload { msg: locked, aad: beside.as_bytes() };
    let inner = cipher(pass, rounds, salt).decrypt(&Nonce::from(nonce), message).ok()?;
    let (codec, packed) = inner.split_at_checked(1)?;
    let codec = std::str::from_utf8(codec).ok()?;
    Some(Parts { codec, payload: &spell(packed), ..parts }.sealed())
}

fn cipher(pass: &str, rounds: u32, salt: &[u8]) -> Aes256Gcm {
    let key: [u8; 32] = pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(pass.as_bytes(), salt, rounds);
    Aes256Gcm::new(&key.into())
}

/// What is not hidden and can't be exchanged either.
fn beside(parts: &Parts<'_>) -> String {
    ["r1", parts.kind, CODEC, parts.location].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;
    use crate::wire::share::locked::locked_chars;
    use crate::wire::share::{Choice, LinkError, Location, decode, encode};

    /// What the page locked (`__retort.lock`), for good: such links are out there.
    const BY_THE_PAGE: &str = include_str!("../../tests/vectors/link-locked.txt");

    #[test]
    fn only_the_passphrase_opens_it() {
        let report = fixture::report(12, 3);
        let plain =
            encode(&report, &Choice::default(), &Location::Revision("a1".to_owned())).unwrap();
        let locked = lock_by(&plain, "päss phrase", 1_000).unwrap();
        assert_eq!(decode(&locked), Err(LinkError::Locked));
        assert_eq!(locked.len(), locked_chars(&plain));
        assert_eq!(unlock(&locked, "päss phrase").as_ref(), Some(&plain));
        assert_ne!(lock_by(&plain, "päss phrase", 1_000).unwrap(), locked);
        for wrong in ["", "päss phrase ", "Päss phrase"] {
            assert_eq!(unlock(&locked, wrong), None);
        }
        // Whoever changes where it opens, and its digest with that, changes what is authenticated.
        let parts = Parts::read(&locked).unwrap();
        assert_eq!(unlock(&Parts { location: "v", ..parts }.sealed(), "päss phrase"), None);
        let endless = spell(&[0xff; 64]);
        assert_eq!(unlock(&Parts { payload: &endless, ..parts }.sealed(), "päss phrase"), None);
    }

    #[test]
    fn what_the_page_locked_opens() {
        let (pass, link) = BY_THE_PAGE.trim().split_once('\t').unwrap();
        let plain = unlock(link, pass).unwrap();
        assert_eq!(decode(&plain).unwrap().report.verdict.headline, "Don't ship this yet");
    }
}
