//! Why a text is not the identifier it is meant to be: which kind was expected, and what is
//! wrong with it, precisely enough for a clerk to find the mistyped character.

use crate::core::text::{Bilingual, Explain};

/// Declares the kinds of identifier with their names in both languages.
macro_rules! id_kinds {
    ($($(#[$doc:meta])* $kind:ident = $zh:literal, $en:literal;)+) => {
        /// The kind of identifier a text was read as.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IdKind {
            $($(#[$doc])* $kind,)+
        }

        impl IdKind {
            /// The name people know this kind of identifier by, in both languages.
            #[must_use]
            pub fn name(self) -> Bilingual {
                match self {
                    $(Self::$kind => Bilingual::new($zh, $en),)+
                }
            }

            /// The English name alone.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self {
                    $(Self::$kind => $en,)+
                }
            }
        }
    };
}

id_kinds! {
    /// Unified social credit code, GB 32100.
    Uscc = "统一社会信用代码", "unified social credit code";
    /// Organisation code, GB 11714.
    OrgCode = "组织机构代码", "organisation code";
    /// Food licence SC, JY or YB.
    Licence = "食品许可证编号", "food licence number";
    /// Old QS number.
    HistoricLicence = "旧版QS编号", "historic QS number";
    /// Number of a smallholder without credit code.
    Smallholder = "农户编号", "smallholder number";
    /// Party: a credit code or a smallholder number.
    Party = "主体编号", "party id";
    /// Registrar's own number of premises.
    SiteNo = "场所登记号", "site number";
    /// Premises.
    Site = "场所编号", "site id";
    /// Code of a designated pig slaughterhouse.
    SlaughterCode = "定点屠宰代码", "slaughterhouse code";
    /// GS1 global trade item number.
    Gtin = "商品条码(GTIN)", "GTIN";
    /// GS1 global location number.
    Gln = "参与方位置码(GLN)", "GLN";
    /// GS1 serial shipping container code.
    Sscc = "物流单元代码(SSCC)", "SSCC";
    /// GS1 global returnable asset identifier.
    Grai = "可回收资产代码(GRAI)", "GRAI";
    /// GS1 global individual asset identifier.
    Giai = "单个资产代码(GIAI)", "GIAI";
    /// GS1 batch number, AI 10.
    BatchNo = "批号", "batch number";
    /// GS1 serial number, AI 21.
    Serial = "序列号", "serial number";
    /// GS1 consumer product variant, AI 22.
    Variant = "消费产品变体", "consumer product variant";
    /// Lot code of the ledger.
    LotCode = "批次码", "lot code";
    /// Division code, GB/T 2260.
    Division = "行政区划代码", "division code";
    /// Vehicle plate, GA 36.
    Plate = "车辆号牌", "vehicle plate";
    /// Colour of a vehicle plate.
    PlateColour = "号牌颜色代码", "plate colour code";
    /// Ear tag of livestock.
    EarTag = "畜禽标识(耳标)", "ear tag";
    /// Traceability code of a veterinary drug.
    VetDrugCode = "兽药追溯码", "veterinary drug code";
    /// Traceability code of a pesticide.
    PesticideCode = "农药追溯码", "pesticide code";
    /// Organic product code.
    OrganicCode = "有机码", "organic code";
    /// Number of a quarantine certificate.
    QuarantineNo = "检疫证明编号", "quarantine certificate number";
}

impl IdKind {
    /// The error that a text read as this kind has `fault`.
    #[must_use]
    pub const fn fault(self, fault: Fault) -> IdError {
        IdError { kind: self, fault }
    }
}

/// What is wrong with a text read as an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Fault {
    /// Too short or too long.
    #[error("has {found} characters, needs {min} to {max}")]
    Length {
        /// Characters found.
        found: usize,
        /// Fewest characters allowed.
        min: usize,
        /// Most characters allowed.
        max: usize,
    },
    /// A character that may not stand where it stands.
    #[error("character {found:?} may not stand at position {position}")]
    Character {
        /// Its position in characters, from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// The check character does not fit the rest.
    #[error("check digit is {found}, computed {expected}")]
    CheckDigit {
        /// What the rest requires.
        expected: char,
        /// What is written.
        found: char,
    },
    /// It does not begin or divide as identifiers of this kind do.
    #[error("does not have the shape of this identifier")]
    Shape,
    /// It is well formed, but the published table does not list it.
    #[error("is not in the published table")]
    NotListed,
    /// It names the right thing in a spelling that is not the canonical one.
    #[error("is not in canonical spelling")]
    NotCanonical,
    /// A percent sign that two hexadecimal digits do not follow.
    #[error("has a broken percent encoding")]
    BrokenEncoding,
    /// A part that is `.` or `..`, which web software would drop from a path.
    #[error("has a part that is a dot segment of a path")]
    DotSegment,
}

/// A text that is not the identifier it was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("{}: {fault}", kind.english())]
pub struct IdError {
    kind: IdKind,
    fault: Fault,
}

impl IdError {
    /// What the text was read as.
    #[must_use]
    pub const fn kind(self) -> IdKind {
        self.kind
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(self) -> Fault {
        self.fault
    }
}

impl Explain for IdError {
    fn code(&self) -> &'static str {
        match self.fault {
            Fault::Length { .. } => "id_length",
            Fault::Character { .. } => "id_character",
            Fault::CheckDigit { .. } => "id_check_digit",
            Fault::Shape => "id_shape",
            Fault::NotListed => "id_not_listed",
            Fault::NotCanonical => "id_not_canonical",
            Fault::BrokenEncoding => "id_broken_encoding",
            Fault::DotSegment => "id_dot_segment",
        }
    }

    fn explain(&self) -> Bilingual {
        let name = self.kind.name();
        let what = explain_fault(self.fault);
        Bilingual::new(
            format!("{}：{}", name.zh, what.zh),
            format!("{}: {}", name.en, what.en),
        )
    }
}

fn explain_fault(fault: Fault) -> Bilingual {
    match fault {
        Fault::Length { found, min, max } if min == max => Bilingual::new(
            format!("应为{min}位，实为{found}位。"),
            format!("it must have {min} characters but has {found}."),
        ),
        Fault::Length { found, min, max } => Bilingual::new(
            format!("应为{min}至{max}位，实为{found}位。"),
            format!("it must have {min} to {max} characters but has {found}."),
        ),
        Fault::Character { position, found } => {
            let hint = character_hint(found);
            Bilingual::new(
                format!("第{position}位不能是“{found}”。{}", hint.zh),
                format!("{found:?} may not stand at position {position}.{}", hint.en),
            )
        }
        Fault::CheckDigit { expected, found } => Bilingual::new(
            format!("校验位应为“{expected}”，实为“{found}”，请核对各位数字。"),
            format!("the check digit should be {expected} but is {found}; compare the digits."),
        ),
        Fault::Shape => Bilingual::new(
            "格式不符。",
            "it does not have the shape of such an identifier.",
        ),
        Fault::NotListed => Bilingual::new(
            "已公布的代码表中没有该代码。",
            "the published table of codes does not list it.",
        ),
        Fault::NotCanonical => Bilingual::new(
            "写法不规范：同一编号只允许一种写法。",
            "it is not in its one canonical spelling.",
        ),
        Fault::BrokenEncoding => Bilingual::new(
            "百分号编码不完整。",
            "a percent sign is not followed by two hexadecimal digits.",
        ),
        Fault::DotSegment => Bilingual::new(
            "不能只写“.”或“..”，网址会丢失它。",
            "a part may not be \".\" or \"..\": web addresses would lose it.",
        ),
    }
}

/// What usually went wrong when this character turns up; the caller never repairs it.
fn character_hint(found: char) -> Bilingual {
    match found {
        '\u{ff01}'..='\u{ff5e}' | '\u{3000}' => Bilingual::new(
            "请改用半角字符。",
            " It is full-width; use the half-width character.",
        ),
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => Bilingual::new(
            "此处不能用汉字，请改用字母或数字代码。",
            " Chinese characters are not allowed here; use a code of letters and digits.",
        ),
        'a'..='z' => Bilingual::new(
            "如为字母请核对是否应大写。",
            " If it is a letter, it may have to be upper case.",
        ),
        'O' => Bilingual::new("是否为数字0？", " Is it the digit 0?"),
        'I' => Bilingual::new("是否为数字1？", " Is it the digit 1?"),
        ' ' | '\t' | '\r' | '\n' => Bilingual::new("请去掉空白。", " Remove the white space."),
        _ => Bilingual::new("", ""),
    }
}
