//! Labels of lots, with what everybody may see: what is sealed is left open, to be written by hand.

use super::answer::{Ask, answer_bytes};
use super::lots::LotPath;
use super::problem::{Problem, ProblemBody, ReadProblems};
use crate::app::AppError;
use crate::app::label::{Asked, Dpi, Format, LabelError, Size, What, of_node};
use actix_web::web::Query;
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What a label is for.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelSize {
    /// 50 mm × 30 mm. / 小包装
    #[default]
    Pack,
    /// 70 mm × 50 mm. / 货架
    Shelf,
    /// 100 mm × 70 mm. / 外箱
    Carton,
}

/// What a label says.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelWhat {
    /// The lot. / 批次
    #[default]
    Lot,
    /// Its commitment certificate. / 承诺达标合格证
    Certificate,
}

/// As what a label is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelFormat {
    /// Outlines, for a sheet or a print shop.
    #[default]
    Svg,
    /// Black and white dots.
    Png,
    /// ZPL II, one picture, with shortened digits.
    Zpl,
    /// ZPL II, one picture, with all digits.
    ZplHex,
}

/// Dots per inch that printers have most often.
const DPI_DEFAULT: u16 = 203;

const fn dpi_default() -> u16 {
    DPI_DEFAULT
}

/// Which label.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LabelQuery {
    /// What it is for: `pack` 50×30 mm, `shelf` 70×50, `carton` 100×70. / 用途
    #[serde(default)]
    #[param(inline, example = "pack")]
    pub size: LabelSize,
    /// What it says: `lot`, or `certificate`, the newest that its signer issued. / 内容
    #[serde(default)]
    #[param(inline, example = "lot")]
    pub what: LabelWhat,
    /// As what. / 格式
    #[serde(default)]
    #[param(inline, example = "svg")]
    pub format: LabelFormat,
    /// Dots per inch of the printer: 203, 300 or 600. / 打印机分辨率
    #[serde(default = "dpi_default")]
    #[param(example = 203)]
    pub dpi: u16,
}

/// A label to print: the QR code that leads to the lot, the words that the law wants, the code for
/// people beneath.
///
/// 标签:二维码、法定文字,下方为编码。只含公开内容,密封的数量和联系方式留空手写。
#[utoipa::path(tag = "lots",
    params(("code" = String, Path, pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$", description = "The lot code, slashes and all / 批次码", example = "01/09520002000033/10/Q0417-1"), LabelQuery),
    responses(
        (status = 200, description = "The label.", content(
            (String = "image/svg+xml"), (Vec<u8> = "image/png"), (String = "application/zpl"),
        )),
        (status = 304, description = "As it was."),
        (status = 409, description = "Several lots have this code.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There can be no such label: too much text, a code that is too long, a character that cannot be printed, a certificate that is not in force.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
))]
#[get("/v1/lots/{code:.+}/label")]
pub async fn label(
    ask: Ask,
    lot: LotPath,
    query: Query<LabelQuery>,
) -> Result<HttpResponse, Problem> {
    let host = ask.node().config().link_host.clone();
    let host = host.ok_or_else(|| Problem::from(AppError::from(LabelError::NoHost)))?;
    let asked = Asked {
        lot: lot.0,
        what: match query.what {
            LabelWhat::Lot => What::Lot,
            LabelWhat::Certificate => What::Certificate,
        },
        size: match query.size {
            LabelSize::Pack => Size::Pack,
            LabelSize::Shelf => Size::Shelf,
            LabelSize::Carton => Size::Carton,
        },
        dpi: Dpi::from_number(query.dpi).ok_or_else(|| {
            Problem::bad_request("分辨率应为 203、300 或 600", "dpi is 203, 300 or 600")
        })?,
        format: match query.format {
            LabelFormat::Svg => Format::Svg,
            LabelFormat::Png => Format::Png,
            LabelFormat::Zpl => Format::Zpl,
            LabelFormat::ZplHex => Format::ZplHex,
        },
        host,
        quantity: None,
        contact: None,
    };
    let media = asked.format.media();
    answer_bytes(ask.judging(), media, move |node| Ok(of_node(node, &asked)?)).await
}
