//! The two single-byte encodings met in practice: windows-1252, and the Windows console's 437.
//!
//! Written out rather than taken from a library: 160 characters against the tables of every legacy
//! encoding of the world, which the page would have to download.

/// windows-1252 from 0x80 to 0x9F. Five bytes have no meaning; like browsers, they stay the control
/// characters with the same number, so that nothing is lost.
const WINDOWS_1252_HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Code page 437 from 0x80 to 0xFF.
const CODE_PAGE_437_HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Returns the character of a byte in windows-1252.
pub fn from_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => {
            WINDOWS_1252_HIGH.get(usize::from(byte) - 0x80).copied().unwrap_or(char::from(byte))
        }
        _ => char::from(byte),
    }
}

/// Returns the byte of a character in windows-1252; the control characters U+0080 to U+009F stand for
/// the byte of their number, which also makes this right for text that was read as Latin-1.
pub fn to_windows_1252(character: char) -> Option<u8> {
    match u8::try_from(u32::from(character)) {
        Ok(byte) => Some(byte),
        Err(_) => {
            let at = WINDOWS_1252_HIGH.iter().position(|high| *high == character)?;
            u8::try_from(at + 0x80).ok()
        }
    }
}

/// Returns the byte of a character in code page 437.
pub fn to_code_page_437(character: char) -> Option<u8> {
    if character.is_ascii() {
        return u8::try_from(u32::from(character)).ok();
    }
    let at = CODE_PAGE_437_HIGH.chars().position(|high| high == character)?;
    u8::try_from(at + 0x80).ok()
}

/// Returns whether windows-1252 gives this byte no meaning. Decoders drop these bytes, replace them or
/// keep them, which is why text damaged this way cannot always be turned back.
pub fn is_unassigned_in_windows_1252(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_way_there_and_back() {
        for byte in 0..=255u8 {
            assert_eq!(to_windows_1252(from_windows_1252(byte)), Some(byte));
        }
        assert_eq!(CODE_PAGE_437_HIGH.chars().count(), 128);
        assert_eq!(to_code_page_437('Γ'), Some(0xe2));
        assert_eq!(to_code_page_437('≡'), Some(0xf0));
        assert_eq!(to_code_page_437('✅'), None);
    }
}
