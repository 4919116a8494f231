//! How many files, and with them connections, this process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files this process may open, raised to those it needs as far as the system lets it; none if
/// there is no limit. The usual limit of 1,024 is for old programs that count files in sets of
/// bits, and would be that of the connections.
#[must_use]
pub fn raise(needed: usize) -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    let had = limit.current?;
    let needed = u64::try_from(needed).unwrap_or(u64::MAX);
    let may = limit.maximum.map_or(needed, |hard| hard.min(needed));
    if may <= had {
        return usize::try_from(had).ok();
    }
    let raised = Rlimit {
        current: Some(may),
        maximum: limit.maximum,
    };
    let has = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => may,
        Err(cause) => {
            tracing::warn!(%cause, "the limit of open files cannot be raised");
            had
        }
    };
    usize::try_from(has).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_may_open_the_files_it_needs_or_as_many_as_the_system_lets_it() {
        let hard = getrlimit(Resource::Nofile).maximum;
        let needed = hard.map_or(100_000, |hard| usize::try_from(hard).unwrap());
        let may = raise(needed);
        assert!(may.is_none_or(|may| may >= needed), "{may:?} {needed}");
        let beyond = raise(needed + 1);
        assert!(hard.is_none() || beyond == may, "{beyond:?}");
    }
}
