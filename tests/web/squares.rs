//! Reads the squares of a page as somebody else's program does: rqrr, which knows nothing of the
//! library that made them.

/// A picture in shades of grey, 255 white.
struct Grey {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Grey {
    /// An SVG of rectangles: `M{x} {y}h{width}v{height}H{x}V{y}`, dark on white.
    fn of_svg(text: &str) -> Self {
        let numbers = |text: &str| -> Vec<usize> {
            let parts = text.split(|c: char| !c.is_ascii_digit());
            parts.filter_map(|part| part.parse().ok()).collect()
        };
        let (_, view) = text.split_once("viewBox=\"").unwrap();
        let whole = numbers(view.split_once('"').unwrap().0);
        let (width, height) = (whole[2], whole[3]);
        let mut dots = vec![255; width * height];
        let (_, path) = text.split_once(" d=\"").unwrap();
        for one in path
            .split_once('"')
            .unwrap()
            .0
            .split('M')
            .filter(|one| !one.is_empty())
        {
            let [x, y, wide, high, back, top] = numbers(one)[..] else {
                panic!("{one}");
            };
            assert_eq!((back, top), (x, y), "{one}");
            for row in y..y + high {
                dots[row * width + x..row * width + x + wide].fill(0);
            }
        }
        Self {
            width,
            height,
            dots,
        }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.dots[y * self.width + x]
    }

    /// The same from half the distance. rqrr does not find every large code in dots as few as those of
    /// the page, once they are blurred.
    fn nearer(&self) -> Self {
        let (width, height) = (2 * self.width, 2 * self.height);
        let dots = (0..width * height).map(|n| self.at(n % width / 2, n / width / 2));
        Self {
            width,
            height,
            dots: dots.collect(),
        }
    }

    /// Each dot mixed with its eight neighbours, as a lens does that is not quite sharp.
    fn blurred(&self) -> Self {
        let mut dots = vec![255; self.dots.len()];
        for y in 1..self.height - 1 {
            for x in 1..self.width - 1 {
                let around = (0..9).map(|n| u32::from(self.at(x + n % 3 - 1, y + n / 3 - 1)));
                dots[y * self.width + x] = u8::try_from(around.sum::<u32>() / 9).unwrap();
            }
        }
        Self { dots, ..*self }
    }

    fn decoded(&self) -> (String, u16) {
        let see = |x: usize, y: usize| self.at(x, y);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, see);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        let (meta, text) = grids[0].decode().unwrap();
        (text, meta.ecc_level)
    }

    /// White dots above the first dark one.
    fn white_above(&self) -> usize {
        let first = self.dots.iter().position(|dot| *dot == 0).unwrap();
        first / self.width
    }
}

/// What the one code of an SVG says; sharp and slightly blurred, with correction M and quiet zone.
#[track_caller]
pub fn says(svg: &str) -> String {
    let grey = Grey::of_svg(svg);
    let (text, correction) = grey.decoded();
    // rqrr numbers the levels as they are written in a code: M is 0.
    assert_eq!(correction, 0, "error correction M");
    assert_eq!(grey.nearer().blurred().decoded().0, text);
    assert!(grey.white_above() >= 4 * 6, "four squares of six dots");
    text
}
