//! What became of the items of a list: of the rows of a file, or of the facts of an approval.

use std::collections::{HashMap, VecDeque};

use crate::audit::hash::Hash;

/// One item, by places that count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// At `is` stands something else than what stood at `was`.
    Changed {
        was: usize,
        is: usize,
    },
    Missing(usize),
    Added(usize),
    /// It is as it was, but among those that are left it stands elsewhere.
    Moved {
        was: usize,
        is: usize,
    },
}

/// An item: equal keys mean that it is the same, equal names that it is to be the same.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) key: Option<Hash>,
    pub(super) name: Option<String>,
}

/// Which of `were` each of `are` is, by key.
pub(super) fn by_key(were: &[Item], are: &[Item]) -> Vec<Option<usize>> {
    let mut places: HashMap<Hash, VecDeque<usize>> = HashMap::new();
    for (place, item) in were.iter().enumerate() {
        if let Some(key) = item.key {
            places.entry(key).or_default().push_back(place);
        }
    }
    are.iter().map(|item| places.get_mut(&item.key?)?.pop_front()).collect()
}

/// Compares two lists of which it is known which items are the same: those that are left are paired by their names, then
/// by what they stand next to.
pub(super) fn compare(were: &[Item], are: &[Item], same: Vec<Option<usize>>) -> Vec<Difference> {
    let mut pairs = Pairs { is_taken: vec![false; were.len()], of: vec![None; are.len()] };
    for (is, was) in same.iter().enumerate() {
        if let Some(was) = *was {
            pairs.pair(is, was);
        }
    }
    pair_by_name(were, are, &mut pairs);
    pair_by_place(were.len(), are.len(), &mut pairs);
    let changed = |is: usize| same.get(is).copied().flatten().is_none();
    let paired: Vec<(usize, usize)> = pairs.of.iter().enumerate().filter_map(|(is, was)| Some((is, (*was)?))).collect();
    let mut differences = Vec::new();
    differences.extend(
        paired.iter().filter(|(is, _)| changed(*is)).map(|(is, was)| Difference::Changed { was: *was, is: *is }),
    );
    differences.extend((0..were.len()).filter(|was| !pairs.is_taken(*was)).map(Difference::Missing));
    differences.extend((0..are.len()).filter(|is| pairs.was(*is).is_none()).map(Difference::Added));
    let mut in_order: Vec<usize> = paired.iter().map(|(_, was)| *was).collect();
    in_order.sort_unstable();
    let moved = paired.iter().zip(in_order).filter(|((is, was), should)| was != should && !changed(*is));
    differences.extend(moved.map(|((is, was), _)| Difference::Moved { was: *was, is: *is }));
    differences
}

struct Pairs {
    is_taken: Vec<bool>,
    of: Vec<Option<usize>>,
}

impl Pairs {
    fn is_taken(&self, was: usize) -> bool {
        self.is_taken.get(was).copied().unwrap_or(true)
    }

    fn was(&self, is: usize) -> Option<usize> {
        self.of.get(is).copied().flatten()
    }

    fn pair(&mut self, is: usize, was: usize) {
        if self.is_taken(was) || self.was(is).is_some() {
            return;
        }
        if let (Some(taken), Some(of)) = (self.is_taken.get_mut(was), self.of.get_mut(is)) {
            (*taken, *of) = (true, Some(was));
        }
    }
}

fn pair_by_name(were: &[Item], are: &[Item], pairs: &mut Pairs) {
    let mut named: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (was, item) in were.iter().enumerate() {
        if let Some(name) = item.name.as_deref().filter(|_| !pairs.is_taken(was)) {
            named.entry(name).or_default().push_back(was);
        }
    }
    for (is, item) in are.iter().enumerate() {
        let name = item.name.as_deref().filter(|_| pairs.was(is).is_none());
        if let Some(was) = name.and_then(|name| named.get_mut(name)?.pop_front()) {
            pairs.pair(is, was);
        }
    }
}

/// What stands right behind, or right before, the same as what is missing stands in its place.
fn pair_by_place(were: usize, are: usize, pairs: &mut Pairs) {
    for is in 0..are {
        let before = match is.checked_sub(1) {
            None => Some(0),
            Some(before) => pairs.was(before).map(|was| was + 1),
        };
        if let Some(was) = before {
            pairs.pair(is, was);
        }
    }
    for is in (0..are).rev() {
        let behind =
            if is + 1 == are { were.checked_sub(1) } else { pairs.was(is + 1).and_then(|was| was.checked_sub(1)) };
        if let Some(was) = behind {
            pairs.pair(is, was);
        }
    }
}
