//! Where the lines of a metro map run: each stop has a lane, lines come in from the lanes of what
//! led to it, and lanes of what is needed further down pass by.

/// Lanes that are drawn side by side at most; what would need more shares the last one.
pub const LANES_MAX: usize = 8;

/// The lines beside one stop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rail {
    /// The lane of the stop.
    pub lane: usize,
    /// Lanes from which a line comes down to the stop, and whether it is one of something missing.
    pub above: Vec<(usize, bool)>,
    /// Lanes that pass by, and whether they lead from something missing.
    pub through: Vec<(usize, bool)>,
    /// Whether a line leaves the stop downwards.
    pub below: bool,
    /// Whether that line is one to or from something missing.
    pub below_missing: bool,
}

/// A lane in use: from which stop its line comes, and how many stops it still leads to.
#[derive(Clone, Copy)]
struct Lane {
    from: usize,
    left: usize,
}

/// Lays out stops in their order. `parents` has for every stop the places of those that led to it,
/// all of them earlier; `missing` says which stops stand for something that is not on record.
pub(super) fn lay_out(parents: &[Vec<usize>], missing: &[bool]) -> Vec<Rail> {
    let children = |of: usize| parents.iter().filter(|set| set.contains(&of)).count();
    let is_missing = |place: usize| missing.get(place).copied().unwrap_or(false);
    let mut lanes: Vec<Option<Lane>> = Vec::new();
    let mut rails = Vec::with_capacity(parents.len());
    for (place, came_from) in parents.iter().enumerate() {
        let before = lanes.clone();
        let mut above = Vec::new();
        let mut free = None;
        for (at, slot) in lanes.iter_mut().enumerate() {
            let Some(lane) = slot.filter(|lane| came_from.contains(&lane.from)) else {
                continue;
            };
            above.push((at, is_missing(lane.from) || is_missing(place)));
            let left = lane.left.saturating_sub(1);
            *slot = (left > 0).then_some(Lane { left, ..lane });
            if left == 0 {
                free = free.or(Some(at));
            }
        }
        let lane = free
            .or_else(|| lanes.iter().position(Option::is_none))
            .unwrap_or(lanes.len());
        let passing = lanes.iter().zip(&before).enumerate();
        let through = passing
            .filter_map(|(at, (now, _))| Some((at, is_missing((*now)?.from))))
            .collect();
        let left = children(place);
        if lane == lanes.len() {
            lanes.push(None);
        }
        if let Some(slot) = lanes.get_mut(lane) {
            *slot = (left > 0).then_some(Lane { from: place, left });
        }
        let next_missing = parents
            .iter()
            .position(|set| set.contains(&place))
            .is_some_and(is_missing);
        rails.push(capped(Rail {
            lane,
            above,
            through,
            below: left > 0,
            below_missing: left > 0 && (is_missing(place) || next_missing),
        }));
    }
    rails
}

fn capped(mut rail: Rail) -> Rail {
    let last = LANES_MAX.saturating_sub(1);
    rail.lane = rail.lane.min(last);
    for (lane, _) in rail.above.iter_mut().chain(&mut rail.through) {
        *lane = (*lane).min(last);
    }
    rail.above.dedup();
    rail.through.dedup();
    rail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(parents: &[&[usize]]) -> Vec<Rail> {
        let parents: Vec<Vec<usize>> = parents.iter().map(|set| set.to_vec()).collect();
        lay_out(&parents, &vec![false; parents.len()])
    }

    fn lanes(rail: &[(usize, bool)]) -> Vec<usize> {
        rail.iter().map(|(lane, _)| *lane).collect()
    }

    #[test]
    fn a_way_without_branches_is_one_lane() {
        let rails = laid(&[&[], &[0], &[1]]);
        assert!(
            rails
                .iter()
                .all(|rail| rail.lane == 0 && rail.through.is_empty())
        );
        assert_eq!(lanes(&rails[2].above), [0]);
        assert!(rails[1].below && !rails[2].below);
    }

    #[test]
    fn a_mixed_lot_joins_the_lanes_of_what_it_was_made_from() {
        let rails = laid(&[&[], &[], &[0, 1], &[2]]);
        assert_eq!((rails[0].lane, rails[1].lane), (0, 1));
        assert_eq!(lanes(&rails[1].through), [0]);
        assert_eq!(lanes(&rails[2].above), [0, 1]);
        assert_eq!(rails[2].lane, 0);
        assert!(rails[2].through.is_empty() && rails[3].through.is_empty());
    }

    #[test]
    fn a_lot_that_was_split_keeps_its_lane_until_the_last_part_is_drawn() {
        let rails = laid(&[&[], &[0], &[0], &[1, 2]]);
        assert_eq!(rails[1].lane, 1);
        assert_eq!(lanes(&rails[1].above), [0]);
        assert_eq!(lanes(&rails[1].through), [0]);
        assert_eq!(lanes(&rails[3].above), [0, 1]);
    }

    #[test]
    fn what_leads_to_or_from_something_missing_is_told_from_the_rest() {
        let rails = lay_out(&[vec![], vec![0], vec![1]], &[true, false, false]);
        assert!(rails[0].below_missing && rails[1].above[0].1);
        assert!(!rails[1].below_missing && !rails[2].above[0].1);
    }

    #[test]
    fn lanes_beyond_the_last_share_it() {
        let parents: Vec<Vec<usize>> = (0..20).map(|_| Vec::new()).collect();
        let mut parents = parents;
        parents.push((0..20).collect());
        let rails = lay_out(&parents, &[false; 21]);
        assert!(rails.iter().all(|rail| rail.lane < LANES_MAX));
        assert!(rails[20].above.len() <= LANES_MAX);
    }
}
