//! Bytes as letters that chat clients leave alone: base64url without padding (RFC 4648), six bits a letter.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the bytes as letters.
pub fn spell(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for three in bytes.chunks(3) {
        let group = three
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0, |group, byte| group << 8 | usize::from(*byte));
        for place in 0..=three.len() {
            let letter = LETTERS.get(group >> (18 - 6 * place) & 63);
            text.push(letter.map_or('A', |letter| char::from(*letter)));
        }
    }
    text
}

/// Returns the bytes that letters spell; none for what [`spell`] never writes.
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for four in text.as_bytes().chunks(4) {
        let mut group = 0;
        for letter in four {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            group = group << 6 | u32::from(value);
        }
        let spare = 4 - four.len();
        let [_, three @ ..] = (group << (6 * spare)).to_be_bytes();
        let rest = three.get(3 - spare..)?;
        if four.len() < 2 || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(three.get(..3 - spare)?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_nothing_else_is_taken() {
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        for length in 0..bytes.len() {
            let text = spell(&bytes[..length]);
            assert_eq!(bytes_of(&text).as_deref(), Some(&bytes[..length]));
            assert!(text.bytes().all(|letter| LETTERS.contains(&letter)));
        }
        // The examples of RFC 4648.
        assert_eq!(
            ["f", "fo", "foo", "foob"].map(|text| spell(text.as_bytes())),
            ["Zg", "Zm8", "Zm9v", "Zm9vYg"]
        );
        for odd in ["Z", "Zh", "Zg=", "Zm9", "Zg.", "é", "Zm9vY", "Zm+v"] {
            assert_eq!(bytes_of(odd), None, "{odd}");
        }
    }
}
