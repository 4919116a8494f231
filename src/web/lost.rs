//! Why there is no page for a code, and what whoever holds the package can do.

use crate::app::read::page::Near;
use crate::core::ids::{Fault, IdError, LinkError};
use crate::core::text::{Bilingual, Explain as _};

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Lost {
    /// The link names a product, but no batch.
    NoBatch,
    /// The code is none.
    Bad {
        /// What is wrong with it.
        why: Bilingual,
        /// The check digit that would fit and the one that is written.
        digit: Option<(char, char)>,
    },
    /// The place that the link names is none.
    BadPlace(Bilingual),
    /// No such place is enrolled.
    NoPlace,
    /// No record brings such a lot into being.
    Unknown(Near),
    /// There is no report with this number.
    NoReport,
    /// No record with this id dispatched anything.
    NoWaybill,
    /// The server failed.
    Fault,
}

impl Lost {
    /// A link that cannot be read.
    pub(super) fn link(error: &LinkError, rest: &str) -> Self {
        if matches!(error, LinkError::NoKey) || rest.is_empty() {
            return Self::NoBatch;
        }
        let digit = match error {
            LinkError::Value { fault, .. } => digit(*fault),
            _ => None,
        };
        Self::Bad {
            why: error.explain(),
            digit,
        }
    }

    /// A code of the ledger's own that cannot be read.
    pub(super) fn code(error: &IdError) -> Self {
        Self::Bad {
            why: error.explain(),
            digit: digit(error.fault()),
        }
    }

    /// A code of a place that cannot be read.
    pub(super) fn place(error: &IdError) -> Self {
        Self::BadPlace(error.explain())
    }

    /// What is the matter.
    pub(super) fn headline(&self) -> Bilingual {
        let (zh, en) = match self {
            Self::NoBatch => ("链接里没有批号", "The link names no batch"),
            Self::Bad { .. } => ("编码有误", "The code is wrong"),
            Self::BadPlace(_) => ("场所编号有误", "The code of the place is wrong"),
            Self::NoPlace => ("没有登记这个场所", "There are no such premises"),
            Self::Unknown(_) => ("查无此码", "No record of this code"),
            Self::NoReport => ("没有这个举报编号", "There is no such report"),
            Self::NoWaybill => ("没有这份联单", "There is no such e-waybill"),
            Self::Fault => ("暂时打不开", "Not available right now"),
        };
        Bilingual::new(zh, en)
    }

    /// What more is to be said about it.
    pub(super) fn details(&self) -> Vec<Bilingual> {
        let say = |zh: &str, en: &str| Bilingual::new(zh, en);
        match self {
            Self::NoBatch => vec![say(
                "只知道商品,不知道是哪一批;每一批的来历不同。",
                "It says which product it is, not which batch, and every batch has a way of its own.",
            )],
            Self::Bad { why, digit } => {
                let mut details = vec![why.clone()];
                if let Some((expected, found)) = digit {
                    details.push(Bilingual::new(
                        format!("最后一位写的是 {found},按前面的数字算应当是 {expected}。多半是抄错或扫错了一位;我们不替您猜是哪一位。"),
                        format!("The last digit is {found}; the others ask for {expected}. One of them was probably misread; we do not guess which."),
                    ));
                }
                details
            }
            Self::BadPlace(why) => vec![why.clone()],
            Self::Unknown(near) => {
                let mut details = vec![say(
                    "本系统里没有任何记录说有过这一批。可能是商品没有纳入追溯,可能记录在另一省的系统里,也可能是码抄错了或是假的。",
                    "No record here speaks of this lot. The goods may not be traced, the record may be at another province, or the code may be misread or false.",
                )];
                if near.other_product {
                    details.push(say(
                        "同一厂商的另一种商品有这个批号:请核对条码(GTIN),看是不是扫了别的包装。",
                        "Another product of the same business has this batch number: check the GTIN, you may have scanned another package.",
                    ));
                }
                if near.other_batch {
                    details.push(say(
                        "这种商品有别的批次:请核对批号,字母和数字容易看错(O 与 0,I 与 1)。",
                        "There are other batches of this product: check the batch number; letters and digits look alike (O and 0, I and 1).",
                    ));
                }
                details
            }
            Self::NoPlace => vec![say(
                "本系统里没有这个编号的门店或场所。可能没有登记,也可能登记在另一省的系统里。",
                "No shop or other premises with this code are enrolled here. They may be enrolled in another province.",
            )],
            Self::NoReport => vec![say(
                "请核对编号,一共 23 个字符,以 JB 开头。",
                "Check the number: it has 23 characters and begins with JB.",
            )],
            Self::NoWaybill => vec![say(
                "本系统里没有这份食品运输电子联单。发货方可能还没有联网提交,也可能记录在另一省的系统里,或者码是假的。",
                "No such e-waybill is recorded here. The sender may not have been online yet, it may be recorded in another province, or the code is false.",
            )],
            Self::Fault => vec![say(
                "服务器暂时无法读取记录,与这份食品无关。请过一会儿再试。",
                "The server cannot read its records for the moment. That says nothing about the food. Try again in a while.",
            )],
        }
    }
}

const fn digit(fault: Fault) -> Option<(char, char)> {
    match fault {
        Fault::CheckDigit { expected, found } => Some((expected, found)),
        _ => None,
    }
}
