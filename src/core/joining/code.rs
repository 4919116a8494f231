//! The code of an invitation: short enough to be typed from a sheet of paper, and too random to be
//! guessed. The server keeps a hash of it, and names the invitation by another.

use sha2::{Digest as _, Sha256};

/// Random bytes of a code: 80 bits, of which nothing can be learnt from the hashes.
pub const CODE_BYTES: usize = 10;

/// Characters of a code.
const CODE_CHARS: usize = 16;

/// Characters between hyphens.
const GROUP: usize = 4;

/// Bytes of the hash that names an invitation.
const ID_BYTES: usize = 12;

/// Characters of a name.
const ID_CHARS: usize = 20;

/// Crockford's base 32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of an invitation")]
pub struct CodeError;

/// A code. It is shown once, to whoever invites, and never kept by a server.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; CODE_BYTES]);

impl Code {
    /// A code of random bytes.
    #[must_use]
    pub const fn from_random(bytes: [u8; CODE_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads a code as a person types it: hyphens, spaces and case do not matter, and letters that
    /// look like digits are taken for them.
    ///
    /// # Errors
    /// Another number of characters, or one that is none of the code's.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let plain = text.chars().filter(|c| !matches!(c, '-' | ' '));
        let mut values = Vec::with_capacity(CODE_CHARS);
        for letter in plain {
            if values.len() == CODE_CHARS {
                return Err(CodeError);
            }
            values.push(value(letter).ok_or(CodeError)?);
        }
        if values.len() != CODE_CHARS {
            return Err(CodeError);
        }
        let mut bytes = [0; CODE_BYTES];
        for (place, eight) in bytes.chunks_mut(5).zip(values.chunks(8)) {
            let all = eight
                .iter()
                .fold(0_u64, |all, five| (all << 5) | u64::from(*five));
            for (byte, from) in place.iter_mut().zip(all.to_be_bytes().into_iter().skip(3)) {
                *byte = from;
            }
        }
        Ok(Self(bytes))
    }

    /// The name of the invitation.
    #[must_use]
    pub fn id(&self) -> InvitationId {
        let digest = self.digest("id");
        let short = digest.iter().take(ID_BYTES);
        let mut id = String::with_capacity(ID_CHARS);
        push_letters(&mut id, &short.copied().collect::<Vec<u8>>());
        InvitationId(id)
    }

    /// What the server keeps of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.digest("code")
    }

    fn digest(&self, what: &str) -> [u8; 32] {
        Sha256::digest(format!("shisu-invitation-{what}/v1\n{}", self.plain())).into()
    }

    fn plain(&self) -> String {
        let mut plain = String::with_capacity(CODE_CHARS);
        push_letters(&mut plain, &self.0);
        plain
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, letter) in self.plain().chars().enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It opens a door; logs do not get it.
        f.write_str("Code(…)")
    }
}

/// The name of an invitation: a hash of its code, from which the code cannot be found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationId(String);

impl InvitationId {
    /// Reads a name.
    ///
    /// # Errors
    /// A text that is none.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let known = |letter: u8| LETTERS.contains(&letter);
        let is_id = text.len() == ID_CHARS && text.bytes().all(known);
        is_id.then(|| Self(text.to_owned())).ok_or(CodeError)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for InvitationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Writes bytes as letters of five bits; the last one is filled with zeros.
fn push_letters(text: &mut String, bytes: &[u8]) {
    for five in bytes.chunks(5) {
        let all = five
            .iter()
            .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
        let bits = five.len().saturating_mul(8);
        let letters = bits.div_ceil(5);
        let all = all << letters.saturating_mul(5).saturating_sub(bits);
        for place in (0..letters).rev() {
            let index = usize::try_from((all >> place.saturating_mul(5)) & 31).unwrap_or(0);
            text.push(char::from(LETTERS.get(index).copied().unwrap_or(b'0')));
        }
    }
}

fn value(letter: char) -> Option<u8> {
    let upper = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = LETTERS
        .iter()
        .position(|known| char::from(*known) == upper)?;
    u8::try_from(place).ok()
}
