//! One look at a picture with rxing: the square codes of it, or the linear codes of a line.

use super::Code;
use image::GrayImage;
use rxing::common::{BitArray, HybridBinarizer};
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader as _;
use rxing::oned::{MultiFormatOneDReader, OneDReader as _};
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, RXingResultMetadataType,
    RXingResultMetadataValue, Reader as _,
};
use std::collections::HashSet;

/// Bits in which no linear code has room.
const LINE_BITS_MIN: usize = 120;

const SQUARE: [(BarcodeFormat, &str); 2] = [
    (BarcodeFormat::QR_CODE, "qr_code"),
    (BarcodeFormat::DATA_MATRIX, "data_matrix"),
];

const LINEAR: [(BarcodeFormat, &str); 5] = [
    (BarcodeFormat::CODE_128, "code_128"),
    (BarcodeFormat::EAN_13, "ean_13"),
    (BarcodeFormat::EAN_8, "ean_8"),
    (BarcodeFormat::UPC_A, "upc_a"),
    (BarcodeFormat::ITF, "itf"),
];

fn hints(formats: &[(BarcodeFormat, &str)]) -> DecodeHints {
    DecodeHints {
        PossibleFormats: Some(
            formats
                .iter()
                .map(|(format, _)| *format)
                .collect::<HashSet<_>>(),
        ),
        TryHarder: Some(true),
        AllowedLengths: Some(vec![14]),
        // FNC1 is told: at the beginning as the symbology identifier, later as its control character.
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    }
}

/// The QR codes of a picture, and a Data Matrix code if there is one.
pub(super) fn squares(grey: &GrayImage) -> Vec<Code> {
    let hints = hints(&SQUARE);
    let bitmap = || {
        let (width, height) = grey.dimensions();
        let source = Luma8Source::new_with_slice(grey.as_raw(), width, height).ok()?;
        Some(BinaryBitmap::new(HybridBinarizer::new(source)))
    };
    let several = bitmap().and_then(|mut bitmap| {
        QrReader
            .decode_multiple_with_hints(&mut bitmap, &hints)
            .ok()
    });
    let matrix = bitmap()
        .and_then(|mut bitmap| DataMatrixReader.decode_with_hints(&mut bitmap, &hints).ok());
    let found = several.into_iter().flatten().chain(matrix);
    found.filter_map(|one| code_of(&one)).collect()
}

/// A reader of lines.
pub(super) struct Lines {
    reader: MultiFormatOneDReader,
    hints: DecodeHints,
}

impl Lines {
    pub(super) fn new() -> Self {
        let hints = hints(&LINEAR);
        Self {
            reader: MultiFormatOneDReader::new(&hints),
            hints,
        }
    }

    /// The linear codes of a line, whichever way it runs.
    pub(super) fn read(&mut self, bits: &BitArray) -> Vec<Code> {
        let mut found = Vec::new();
        self.part(bits, &mut found);
        if found.is_empty() {
            let mut bits = bits.clone();
            bits.reverse();
            self.part(&bits, &mut found);
        }
        found
    }

    /// The first code, and then those of what is left and right of it.
    fn part(&mut self, bits: &BitArray, found: &mut Vec<Code>) {
        if bits.get_size() < LINE_BITS_MIN {
            return;
        }
        let Ok(one) = self.reader.decode_row(0, bits, &self.hints) else {
            return;
        };
        found.extend(code_of(&one));
        let ends = one.getPoints().iter().map(|point| point.x);
        let (first, last) = ends.fold((f32::MAX, 0_f32), |(first, last), at| {
            (first.min(at), last.max(at))
        });
        if first < last {
            let count = bits.get_size();
            let (first, last) = (place(first, count), place(last, count));
            self.part(&cut(bits, 0, first), found);
            self.part(&cut(bits, last, count), found);
        }
    }
}

fn cut(bits: &BitArray, from: usize, to: usize) -> BitArray {
    let mut part = BitArray::with_size(0);
    (from..to).for_each(|at| part.appendBit(bits.get(at)));
    part
}

/// The number of bits before a place.
fn place(x: f32, count: usize) -> usize {
    (0..count)
        .take_while(|at| u16::try_from(*at).is_ok_and(|at| f32::from(at) < x))
        .count()
}

fn code_of(found: &RXingResult) -> Option<Code> {
    let mut formats = SQUARE.iter().chain(&LINEAR);
    let (_, format) = formats.find(|(format, _)| format == found.getBarcodeFormat())?;
    let text = found.getText();
    if *format == "itf" && !is_gtin_14(text) {
        return None;
    }
    // Linear codes of GS1 already say so; of the others the reader tells it apart from the text.
    let said = found.getRXingResultMetadata();
    let symbology = match said.get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER) {
        Some(RXingResultMetadataValue::SymbologyIdentifier(name)) => name.as_str(),
        _ => "",
    };
    let is_gs1 = matches!(symbology, "]Q3" | "]Q4" | "]d2" | "]d3");
    let text = match is_gs1 && !text.starts_with(']') {
        true => format!("{symbology}{text}"),
        // Where the check character of Code 128 has the value of FNC1, the reader takes it for one.
        false => text.trim_end_matches('\u{1d}').to_owned(),
    };
    (!text.is_empty()).then_some(Code { text, format })
}

/// Whether these are fourteen digits of which the last checks the others: of ITF the reader checks nothing.
fn is_gtin_14(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let weighed = digits.iter().zip([3, 1].into_iter().cycle());
    digits.len() == 14
        && text.len() == 14
        && weighed.map(|(digit, weight)| digit * weight).sum::<u32>() % 10 == 0
}
