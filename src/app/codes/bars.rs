//! Where in a picture bars stand beside each other, and which way: found by the edges of small blocks,
//! which within a linear code all run one way (the structure tensor of each block).

use image::GrayImage;

/// What directions and places are parts of.
pub(super) const ONE: i64 = 1 << 16;

/// Pixels of a block's side.
const BLOCK_PX: usize = 16;

/// Blocks of which a stretch of bars has at least so many.
const BLOCKS_MIN: usize = 6;

/// Stretches that are told of one picture at most.
const STRETCHES_MAX: usize = 16;

/// Mean square of the difference between neighbours in a block, below which it is plain.
const PLAIN: i64 = 8;

/// Blocks between two of the same stretch, less one: bars of a near code are wider than a block.
const REACH: usize = 2;

/// A stretch of bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Its middle, in parts of [`ONE`] pixel.
    pub(super) middle: (i64, i64),
    /// The way across the bars: cosine and sine, in parts of [`ONE`].
    pub(super) across: (i64, i64),
    /// Pixels across the bars, with what is light on both sides.
    pub(super) width_px: i64,
    /// Pixels along the bars.
    pub(super) height_px: i64,
}

/// Sums of squares and products of differences: to the right, down, and of both.
#[derive(Debug, Clone, Copy, Default)]
struct Edges {
    right: i64,
    down: i64,
    both: i64,
}

impl Edges {
    fn add(&mut self, other: Self) {
        self.right = self.right.saturating_add(other.right);
        self.down = self.down.saturating_add(other.down);
        self.both = self.both.saturating_add(other.both);
    }

    /// Cosine and sine of twice the angle across the edges, times how clear it is.
    fn twice(self) -> (i64, i64) {
        (
            self.right.saturating_sub(self.down),
            self.both.saturating_mul(2),
        )
    }

    /// How clear the direction is, and how much there is at all.
    fn clear(self) -> (i64, i64) {
        let (cos, sin) = self.twice();
        let square = i128::from(cos).pow(2) + i128::from(sin).pow(2);
        let clear = i64::try_from(square.isqrt()).unwrap_or(i64::MAX);
        (clear, self.right.saturating_add(self.down))
    }

    /// Whether edges run one way rather than every way.
    fn is_one_way(self) -> bool {
        let (clear, all) = self.clear();
        clear.saturating_mul(4) >= all
    }

    /// Whether two directions are within some 13° of each other.
    fn is_like(self, other: Self) -> bool {
        let ((cos, sin), (other_cos, other_sin)) = (self.twice(), other.twice());
        let product =
            i128::from(cos) * i128::from(other_cos) + i128::from(sin) * i128::from(other_sin);
        let (clear, other_clear) = (i128::from(self.clear().0), i128::from(other.clear().0));
        product * 10 >= clear * other_clear * 9
    }

    /// Cosine and sine of the angle across the edges, in parts of [`ONE`].
    fn across(self) -> (i64, i64) {
        let (clear, _) = self.clear();
        let (cos, sin) = self.twice();
        let half = |sum: i64| {
            let square =
                i128::from(sum) * i128::from(ONE) * i128::from(ONE) / i128::from(clear.max(1)) / 2;
            i64::try_from(square.max(0).isqrt()).unwrap_or(ONE)
        };
        (
            half(clear.saturating_add(cos)),
            half(clear.saturating_sub(cos)) * sin.signum(),
        )
    }
}

/// The blocks of a picture, line by line.
struct Blocks {
    all: Vec<Edges>,
    columns: usize,
}

/// The stretches of bars in a picture, the largest first.
pub(super) fn stretches(grey: &GrayImage) -> Vec<Stretch> {
    let blocks = Blocks::of(grey).smooth();
    let most: i64 = i64::try_from(9 * BLOCK_PX * BLOCK_PX).unwrap_or(i64::MAX);
    let mut is_free: Vec<bool> = blocks
        .all
        .iter()
        .map(|edges| edges.is_one_way() && edges.clear().1 > most * PLAIN)
        .collect();
    let mut found: Vec<(usize, Stretch)> = Vec::new();
    for start in 0..is_free.len() {
        if is_free.get(start) == Some(&true) {
            let places = blocks.flood(start, &mut is_free);
            if places.len() >= BLOCKS_MIN {
                found.push((places.len(), blocks.stretch(&places)));
            }
        }
    }
    found.sort_by_key(|(blocks, _)| std::cmp::Reverse(*blocks));
    found
        .into_iter()
        .take(STRETCHES_MAX)
        .map(|(_, stretch)| stretch)
        .collect()
}

impl Blocks {
    fn of(grey: &GrayImage) -> Self {
        let width = usize::try_from(grey.width()).unwrap_or(1).max(1);
        let columns = width.div_ceil(BLOCK_PX);
        let lines: Vec<&[u8]> = grey.as_raw().chunks_exact(width).collect();
        let mut all = vec![Edges::default(); columns * lines.len().div_ceil(BLOCK_PX)];
        for (y, three) in lines.windows(3).enumerate() {
            let [above, line, below] = three else {
                continue;
            };
            let row = (y / BLOCK_PX) * columns;
            let beside = above.windows(3).zip(line.windows(3)).zip(below.windows(3));
            for (x, ((above, line), below)) in beside.enumerate() {
                let ([a, b, c], [d, _, e], [f, g, h]) = (above, line, below) else {
                    continue;
                };
                let [a, b, c, d, e, f, g, h] = [a, b, c, d, e, f, g, h].map(|v| i64::from(*v));
                let right = (c + 2 * e + h - a - 2 * d - f) / 4;
                let down = (f + 2 * g + h - a - 2 * b - c) / 4;
                if let Some(edges) = all.get_mut(row + x / BLOCK_PX) {
                    edges.right += right * right;
                    edges.down += down * down;
                    edges.both += right * down;
                }
            }
        }
        Self { all, columns }
    }

    /// Each block with those around it.
    fn smooth(self) -> Self {
        let sum = |at| {
            let mut sum = Edges::default();
            self.around(at, 1)
                .for_each(|other| sum.add(self.all.get(other).copied().unwrap_or_default()));
            sum
        };
        Self {
            all: (0..self.all.len()).map(sum).collect(),
            columns: self.columns,
        }
    }

    /// The blocks within so many of one, with itself.
    fn around(&self, at: usize, reach: usize) -> impl Iterator<Item = usize> + use<> {
        let (columns, rows) = (self.columns, self.all.len() / self.columns);
        let (column, row) = (at % columns, at / columns);
        let near =
            move |one: usize, most: usize| one.saturating_sub(reach)..(one + reach + 1).min(most);
        near(row, rows)
            .flat_map(move |row| near(column, columns).map(move |column| row * columns + column))
    }

    /// All blocks that belong to one, each like its neighbour.
    fn flood(&self, start: usize, is_free: &mut [bool]) -> Vec<usize> {
        let mut places = vec![start];
        let mut next = 0;
        if let Some(free) = is_free.get_mut(start) {
            *free = false;
        }
        while let Some(at) = places.get(next).copied() {
            next += 1;
            for other in self.around(at, REACH) {
                let is_like = self.edges(at).is_like(self.edges(other));
                match is_free.get_mut(other) {
                    Some(free) if *free && is_like => *free = false,
                    _ => continue,
                }
                places.push(other);
            }
        }
        places
    }

    fn edges(&self, at: usize) -> Edges {
        self.all.get(at).copied().unwrap_or_default()
    }

    fn stretch(&self, places: &[usize]) -> Stretch {
        let mut sum = Edges::default();
        places.iter().for_each(|at| sum.add(self.edges(*at)));
        let (cos, sin) = sum.across();
        let middle = |at: usize| i64::try_from(at * BLOCK_PX + BLOCK_PX / 2).unwrap_or(0);
        let places = places
            .iter()
            .map(|at| (middle(at % self.columns), middle(at / self.columns)));
        let turned = places.map(|(x, y)| ((x * cos + y * sin) / ONE, (y * cos - x * sin) / ONE));
        let most = (i64::MAX, i64::MIN, i64::MAX, i64::MIN);
        let (left, right, top, bottom) = turned.fold(most, |(left, right, top, bottom), (x, y)| {
            (left.min(x), right.max(x), top.min(y), bottom.max(y))
        });
        let (x, y) = ((left + right) / 2, (top + bottom) / 2);
        let side = i64::try_from(BLOCK_PX).unwrap_or(0);
        Stretch {
            middle: (x * cos - y * sin, y * cos + x * sin),
            across: (cos, sin),
            width_px: (right - left) * 5 / 4 + 3 * side,
            height_px: bottom - top + side,
        }
    }
}
