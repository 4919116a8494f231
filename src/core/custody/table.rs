//! A bounded map for what admission has seen lately. Two generations: when the young one is
//! full, the old one is forgotten as a whole. Forgetting is always safe, because whoever needs
//! a forgotten fact loads it again.

use foldhash::quality::RandomState;
use std::collections::HashMap;
use std::hash::Hash;

/// A map that forgets.
#[derive(Debug)]
pub struct Table<K, V> {
    young: HashMap<K, V, RandomState>,
    old: HashMap<K, V, RandomState>,
    generation_max: usize,
}

impl<K: Hash + Eq, V> Table<K, V> {
    /// A table that keeps at most twice `generation_max` facts.
    #[must_use]
    pub fn new(generation_max: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            generation_max: generation_max.max(1),
        }
    }

    /// The fact under `key`, if it is remembered.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Whether a fact is remembered under `key`.
    #[must_use]
    pub fn knows(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Remembers a fact, in place of an earlier one under the same key.
    pub fn put(&mut self, key: K, value: V) {
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    /// Remembers a fact that was loaded, unless a fact is remembered: what is remembered is at
    /// least as new as what is stored.
    pub fn learn(&mut self, key: K, value: V) {
        if !self.knows(&key) {
            self.young.insert(key, value);
        }
    }

    /// Forgets one fact.
    pub fn forget(&mut self, key: &K) {
        self.old.remove(key);
        self.young.remove(key);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    /// Forgets the old generation if the young one is full. Called between batches only: within
    /// a batch nothing that was loaded may disappear.
    pub fn age(&mut self) {
        if self.young.len() >= self.generation_max {
            // The room is kept: growing a large map anew would move every fact several times.
            std::mem::swap(&mut self.old, &mut self.young);
            self.young.clear();
        }
    }

    /// Every fact, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.young.iter().chain(&self.old)
    }

    /// How many facts are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.young.len().saturating_add(self.old.len())
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Hash + Eq, V: Clone> Table<K, V> {
    /// Moves a fact that is used again into the young generation and gives a way to change it.
    pub fn touch(&mut self, key: K) -> Option<&mut V> {
        if let Some(value) = self.old.remove(&key) {
            return Some(self.young.entry(key).or_insert(value));
        }
        self.young.get_mut(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_forgotten_only_when_two_generations_passed_without_use() {
        let mut table = Table::new(2);
        table.put(1, "a");
        table.put(2, "b");
        table.age();
        assert_eq!(table.get(&1), Some(&"a"), "old but remembered");
        table.touch(1);
        table.put(3, "c");
        table.age();
        assert_eq!(table.get(&1), Some(&"a"), "used again");
        assert_eq!(table.get(&2), None, "not used");
        table.put(1, "z");
        assert_eq!((table.get(&1), table.len()), (Some(&"z"), 2));
    }
}
