//! Percent-encoding of path segments (RFC 3986): unreserved characters bare, every other byte
//! as `%XX` in upper case. That is the one canonical spelling the ledger writes.

/// Whether a byte stands for itself in the canonical spelling (RFC 3986, 2.3).
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// One byte of a decoded text, or what is wrong at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoded {
    /// A byte in canonical spelling.
    Canonical(u8),
    /// A byte in another spelling (encoded without need, lower-case, or bare though reserved).
    Other(u8),
    /// A percent sign that two hexadecimal digits do not follow.
    Broken,
}

/// Decodes a text byte by byte.
pub(super) struct Decoder<'a>(std::slice::Iter<'a, u8>);

impl<'a> Decoder<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.as_bytes().iter())
    }

    /// The value of the next hexadecimal digit and whether it is in upper case.
    fn hex(&mut self) -> Option<(u8, bool)> {
        let byte = *self.0.next()?;
        let value = u8::try_from(char::from(byte).to_digit(16)?).ok()?;
        Some((value, !byte.is_ascii_lowercase()))
    }
}

impl Iterator for Decoder<'_> {
    type Item = Decoded;

    fn next(&mut self) -> Option<Decoded> {
        let byte = *self.0.next()?;
        if byte != b'%' {
            return Some(if is_unreserved(byte) {
                Decoded::Canonical(byte)
            } else {
                Decoded::Other(byte)
            });
        }
        let (Some((high, high_upper)), Some((low, low_upper))) = (self.hex(), self.hex()) else {
            return Some(Decoded::Broken);
        };
        let byte = (high << 4) | low;
        Some(if high_upper && low_upper && !is_unreserved(byte) {
            Decoded::Canonical(byte)
        } else {
            Decoded::Other(byte)
        })
    }
}

/// Appends `text` in the canonical spelling.
pub(super) fn encode_into(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if is_unreserved(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}
