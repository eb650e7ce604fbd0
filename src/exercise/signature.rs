//! Signed results: a verdict as JSON with the hash of the hand-in and a signature, so that a changed byte is found.
//!
//! The signature is HMAC-SHA256 (RFC 2104) with a key derived from the course's key, because who grades is who checks: staff hold the key
//! already, and need no second one. After the course's key is published anybody can check a result, and anybody could sign one; what
//! was given out before is then compared with what staff kept.

use super::Secret;

/// What stands before the signature's digits.
const BEFORE: &str = ",\n  \"signature\": \"hmac-sha256:";
/// What stands after them, at the end of the file.
const AFTER: &str = "\"\n}\n";
/// Hexadecimal digits of a signature.
const DIGITS: usize = 64;

/// `json`, an object that was written with an indent of two, with the hash of the hand-in as a further field, and, with a `secret`, a
/// signature of everything before it as the last one.
pub fn sealed(json: &str, hand_in_hash: &str, secret: Option<&Secret>) -> String {
    let json = json.trim_end();
    let open = json.strip_suffix('}').unwrap_or(json).trim_end();
    let body = format!("{open},\n  \"hand_in_hash\": \"{hand_in_hash}\"");
    match secret {
        None => format!("{body}\n}}\n"),
        Some(secret) => format!("{body}{BEFORE}{}{AFTER}", secret.signature(body.as_bytes())),
    }
}

/// Whether `text` is as [`sealed`] wrote it with this secret.
///
/// # Errors
/// Why it is not, as a sentence.
pub fn verify(text: &str, secret: &Secret) -> Result<(), String> {
    let not_signed = || "it carries no signature at its end".to_owned();
    let signed = text.strip_suffix(AFTER).ok_or_else(not_signed)?;
    let (body, digits) = signed.rsplit_once(BEFORE).ok_or_else(not_signed)?;
    if digits.len() == DIGITS && digits == secret.signature(body.as_bytes()) {
        return Ok(());
    }
    Err("its signature is not that of its content by this key: it was changed, or signed with another key"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(key: &str) -> Secret {
        Secret::new(key, "devops", "ada", 1).unwrap()
    }

    const JSON: &str = "{\n  \"score\": 83.5,\n  \"runs\": [\n    {}\n  ]\n}\n";

    #[test]
    fn every_changed_byte_is_found() {
        let signed = sealed(JSON, "abc", Some(&secret("autumn")));
        assert_eq!(verify(&signed, &secret("autumn")), Ok(()));
        assert_eq!(
            verify(&signed, &Secret::new("autumn", "", "", 7).unwrap()),
            Ok(()),
            "the key alone counts"
        );
        assert!(verify(&signed, &secret("winter")).is_err());
        for at in 0..signed.len() {
            for bit in 0..7 {
                let mut bytes = signed.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(text) = String::from_utf8(bytes) else { continue };
                assert!(verify(&text, &secret("autumn")).is_err(), "bit {bit} of byte {at}");
            }
            assert!(verify(&signed[..at], &secret("autumn")).is_err(), "cut at {at}");
        }
        assert!(verify(&format!("{signed}\n"), &secret("autumn")).is_err());
    }

    #[test]
    fn a_sealed_result_is_json_with_everything_that_was_in_it() {
        for secret in [None, Some(secret("autumn"))] {
            let value: serde_json::Value =
                serde_json::from_str(&sealed(JSON, "abc", secret.as_ref())).unwrap();
            assert_eq!((&value["score"], &value["hand_in_hash"]), (&83.5.into(), &"abc".into()));
            assert_eq!(value["signature"].is_string(), secret.is_some());
        }
        assert!(verify(&sealed(JSON, "abc", None), &secret("autumn")).unwrap_err().contains("no signature"));
    }
}
