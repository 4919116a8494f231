//! Check digits. All functions take and return ASCII, and answer `None` for a character
//! outside the alphabet or a body of the wrong length.

/// Alphabet of the unified social credit code, in the order of its values: no I, O, S, V, Z.
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the 17 body characters: 3^(i-1) mod 31 (GB 32100-2015).
const USCC_WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

/// Weights of the 8 body characters of an organisation code (GB 11714).
const ORG_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The value of an ASCII digit.
const fn digit_value(byte: u8) -> Option<u32> {
    match byte {
        b'0' => Some(0),
        b'1' => Some(1),
        b'2' => Some(2),
        b'3' => Some(3),
        b'4' => Some(4),
        b'5' => Some(5),
        b'6' => Some(6),
        b'7' => Some(7),
        b'8' => Some(8),
        b'9' => Some(9),
        _ => None,
    }
}

/// The ASCII digit of a value from 0 to 9.
fn digit_of(value: u32) -> Option<u8> {
    u8::try_from(value)
        .ok()
        .filter(|v| *v < 10)
        .map(|v| v.saturating_add(b'0'))
}

/// The value of a character in the 31-character alphabet of the credit code.
pub(super) fn uscc_value(byte: u8) -> Option<u32> {
    USCC_ALPHABET
        .iter()
        .position(|symbol| *symbol == byte)
        .and_then(|value| u32::try_from(value).ok())
}

/// Check character of the 17-character body of a unified social credit code
/// (GB 32100-2015, MOD 31 with weights 3^(i-1)).
#[must_use]
pub fn uscc_check(body: &[u8]) -> Option<u8> {
    let mut sum: u32 = 0;
    if body.len() != USCC_WEIGHTS.len() {
        return None;
    }
    for (byte, weight) in body.iter().zip(USCC_WEIGHTS) {
        sum = sum.saturating_add(uscc_value(*byte)?.saturating_mul(weight));
    }
    let check = usize::try_from((31 - sum % 31) % 31).ok()?;
    USCC_ALPHABET.get(check).copied()
}

/// Check character of the 8-character body of an organisation code (GB 11714, MOD 11);
/// its alphabet is all 36 digits and letters, and its check character may be `X`.
#[must_use]
pub fn org_check(body: &[u8]) -> Option<u8> {
    if body.len() != ORG_WEIGHTS.len() {
        return None;
    }
    let mut sum: u32 = 0;
    for (byte, weight) in body.iter().zip(ORG_WEIGHTS) {
        let value = match byte {
            b'A'..=b'Z' => u32::from(*byte).saturating_sub(u32::from(b'A')) + 10,
            other => digit_value(*other)?,
        };
        sum = sum.saturating_add(value.saturating_mul(weight));
    }
    match 11 - sum % 11 {
        10 => Some(b'X'),
        11 => Some(b'0'),
        digit => digit_of(digit),
    }
}

/// Check digit of a body of digits by MOD 11,10 (ISO 7064, GB/T 17710), as food licences use it.
#[must_use]
pub fn mod11_10_check(body: &[u8]) -> Option<u8> {
    let mut product: u32 = 10;
    for byte in body {
        let sum = (product + digit_value(*byte)?) % 10;
        let sum = if sum == 0 { 10 } else { sum };
        product = sum * 2 % 11;
    }
    digit_of((11 - product) % 10)
}

/// Check digit of a body of digits as in every GS1 key of fixed length (GTIN, GLN, SSCC):
/// weights 3 and 1 alternating from the right.
#[must_use]
pub fn gs1_check(body: &[u8]) -> Option<u8> {
    let mut sum: u32 = 0;
    let mut weight: u32 = 3;
    for byte in body.iter().rev() {
        sum = sum.saturating_add(digit_value(*byte)?.saturating_mul(weight));
        weight = 4 - weight;
    }
    digit_of((10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_of_mod_11_10_hold() {
        assert_eq!(mod11_10_check(b"79462"), Some(b'3'));
        assert_eq!(mod11_10_check(b"00200667308"), Some(b'5'));
        assert_eq!(mod11_10_check(b"1330108011171"), Some(b'9'));
        assert_eq!(mod11_10_check(b"12x"), None);
    }

    #[test]
    fn published_vectors_of_gs1_hold() {
        assert_eq!(gs1_check(b"690123456789"), Some(b'2'));
        assert_eq!(gs1_check(b"401234500011"), Some(b'5'));
        assert_eq!(gs1_check(b"04012345000000111"), Some(b'2'));
        assert_eq!(gs1_check("０".as_bytes()), None);
    }

    #[test]
    fn the_worked_example_of_the_credit_code_holds() {
        // Σ = 538, 538 mod 31 = 11, 31 - 11 = 20, the 21st symbol is L.
        assert_eq!(uscc_check(b"91110000600037341"), Some(b'L'));
        assert_eq!(org_check(b"60003734"), Some(b'1'));
        assert_eq!(uscc_check(b"9111000060003734"), None);
        assert_eq!(uscc_check(b"9111000060003734I"), None);
        assert_eq!(org_check(b"6000373"), None);
    }
}
