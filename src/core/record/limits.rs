//! Limits of the record format. An input past one of them is refused with a clear code.

/// Bytes of an issuer-signed JWT: it must fit a C2SP log entry (`uint16` length).
pub const RECORD_BYTES_MAX: usize = 65_535;

/// Bytes of a record together with all its disclosures.
pub const SUBMISSION_BYTES_MAX: usize = 262_144;

/// Bytes of one disclosure; a driver's track is the largest value that is sealed.
pub const DISCLOSURE_BYTES_MAX: usize = 131_072;

/// Sealed fields of one record.
pub const DISCLOSURES_MAX: usize = 512;

/// Lines that move goods in one record.
pub const MOVES_MAX: usize = 500;

/// Largest number of a line; lines are numbered by their author.
pub const LINE_NUMBER_MAX: u16 = 999;

/// Numbers a line may have.
pub const LINE_NUMBERS: std::ops::RangeInclusive<u16> = 1..=LINE_NUMBER_MAX;

/// Other records one record may rely on.
pub const REFS_MAX: usize = 64;

/// Subjects one statement may be about.
pub const ABOUT_MAX: usize = 256;

/// Pictures and documents one record may name.
pub const BLOBS_MAX: usize = 32;

/// Bytes of one picture or document.
pub const BLOB_BYTES_MAX: u64 = 20 * 1024 * 1024;

/// Nesting depth of JSON anywhere in a record.
pub const JSON_DEPTH_MAX: usize = 12;

/// Characters of a name, a place, a specification.
pub const NAME_CHARS_MAX: usize = 120;

/// Characters of a free text.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Elements of a list in a body that has no limit of its own.
pub const LIST_MAX: usize = 64;

/// Ear tags of one quarantine certificate.
pub const EAR_TAGS_MAX: usize = 1_000;

/// Sensors of one observation.
pub const SENSORS_MAX: usize = 16;

/// Readings of one observation, all sensors together.
pub const READINGS_MAX: usize = 2_000;

/// Lowest temperature that anybody measures around food, °C; below it a thermometer is broken or a finger slipped.
pub const TEMP_MIN_C: i16 = -80;

/// Highest temperature that anybody measures around food, °C.
pub const TEMP_MAX_C: i16 = 100;

/// Shortest salt of a sealed field, in bytes (128 bits, RFC 9901 section 9.3).
pub const SALT_BYTES_MIN: usize = 16;

/// Longest salt of a sealed field, in bytes.
pub const SALT_BYTES_MAX: usize = 64;
