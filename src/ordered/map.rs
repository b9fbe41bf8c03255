//! A map in the order of its keys.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::RangeFrom;
use std::{fmt, mem};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::iter::{Iter, IterMut, Keys, Values, ValuesMut};

/// So many entries are moved at most when one is put among them.
const FULL: usize = 256;

/// A map in the order of its keys: `std`'s `BTreeMap` with what Retort asks of it, in two levels.
/// Entries lie in rows of at most `FULL`; no row is empty.
#[derive(Clone)]
pub struct Map<K, V> {
    pub(super) rows: Vec<Vec<(K, V)>>,
}

/// Where a key is, or would be.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: usize,
    at: usize,
    is_there: bool,
}

/// How many of `count` sorted places come before what is looked for, and whether it is the next one.
fn search(count: usize, compare: &dyn Fn(usize) -> Ordering) -> (usize, bool) {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from + (to - from) / 2;
        match compare(middle) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return (middle, true),
            Ordering::Greater => to = middle,
        }
    }
    (from, false)
}

impl<K, V> Map<K, V> {
    pub const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::of(&self.rows)
    }

    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys(self.iter())
    }

    pub fn values(&self) -> Values<'_, K, V> {
        Values(self.iter())
    }

    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut::of(&mut self.rows)
    }

    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        ValuesMut(self.iter_mut())
    }

    pub fn into_keys(self) -> impl Iterator<Item = K> {
        self.into_iter().map(|(key, _)| key)
    }

    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }

    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// Keeps the entries of which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        for row in &mut self.rows {
            row.retain_mut(|(key, value)| keep(key, value));
        }
        self.rows.retain(|row| !row.is_empty());
    }

    fn entry_at(&self, row: usize, at: usize) -> Option<&(K, V)> {
        self.rows.get(row)?.get(at)
    }

    /// Puts an entry where its key was looked for and not found.
    fn put(&mut self, place: Place, key: K, value: V) -> Place {
        let Place { mut row, mut at, .. } = place;
        if row >= self.rows.len() {
            self.rows.push(Vec::new());
        }
        if self.rows.get(row).is_some_and(|there| there.len() >= FULL) {
            // What comes in order leaves full rows behind.
            let cut = if at == FULL { FULL } else { FULL / 2 };
            let rest = self.rows.get_mut(row).map(|there| there.split_off(cut)).unwrap_or_default();
            self.rows.insert(row + 1, rest);
            if at >= cut {
                (row, at) = (row + 1, at - cut);
            }
        }
        if let Some(there) = self.rows.get_mut(row) {
            there.insert(at, (key, value));
        }
        Place { row, at, is_there: true }
    }
}

impl<K: Ord, V> Map<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Place
    where
        K: Borrow<Q>,
    {
        let against = |row: usize, at: usize| {
            self.entry_at(row, at).map_or(Ordering::Greater, |(there, _)| there.borrow().cmp(key))
        };
        // The last row that starts no later than the key.
        let (after, starts) = search(self.rows.len(), &|row| against(row, 0));
        let row = if starts { after } else { after.saturating_sub(1) };
        let count = self.rows.get(row).map_or(0, Vec::len);
        let (at, is_there) = search(count, &|at| against(row, at));
        Place { row, at, is_there }
    }

    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key);
        let entry = self.entry_at(place.row, place.at).filter(|_| place.is_there);
        entry.map(|(key, value)| (key, value))
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        Some(self.get_key_value(key)?.1)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key);
        let entry = self.rows.get_mut(place.row)?.get_mut(place.at);
        entry.filter(|_| place.is_there).map(|(_, value)| value)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_there
    }

    /// Gives the value that was there; the key that was there stays.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let place = self.place(&key);
        match self.rows.get_mut(place.row).and_then(|row| row.get_mut(place.at)) {
            Some((_, there)) if place.is_there => Some(mem::replace(there, value)),
            _ => {
                self.put(place, key, value);
                None
            }
        }
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        Some(self.remove_entry(key)?.1)
    }

    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key);
        let row = self.rows.get_mut(place.row).filter(|_| place.is_there)?;
        let entry = row.remove(place.at);
        if row.is_empty() {
            self.rows.remove(place.row);
        }
        Some(entry)
    }

    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let place = self.place(&key);
        Entry { map: self, place, key }
    }

    /// The entries from a key on.
    pub fn range(&self, from: RangeFrom<K>) -> Iter<'_, K, V> {
        let place = self.place(&from.start);
        let (front, rows) = match self.rows.get(place.row..) {
            Some([first, rest @ ..]) => (first.get(place.at..).unwrap_or_default(), rest),
            _ => Default::default(),
        };
        Iter::from(front, rows)
    }
}

/// A key's place in a map, with a value or without.
#[derive(Debug)]
pub struct Entry<'a, K, V> {
    map: &'a mut Map<K, V>,
    place: Place,
    key: K,
}

impl<'a, K, V> Entry<'a, K, V> {
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'a mut V {
        let Self { map, mut place, key } = self;
        if !place.is_there {
            place = map.put(place, key, make());
        }
        // Both were found or made just now.
        &mut map.rows[place.row][place.at].1
    }

    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    pub fn and_modify(self, change: impl FnOnce(&mut V)) -> Self {
        if self.place.is_there {
            change(&mut self.map.rows[self.place.row][self.place.at].1);
        }
        self
    }
}

#[cfg(test)]
impl<K: Ord + Borrow<Q>, Q: Ord + ?Sized, V> std::ops::Index<&Q> for Map<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).unwrap()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, items: T) {
        for (key, value) in items {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(items: T) -> Self {
        let mut map = Self::new();
        map.extend(items);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(items: [(K, V); N]) -> Self {
        items.into_iter().collect()
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

// Equal maps may be cut into rows at different places.
impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: PartialOrd, V: PartialOrd> PartialOrd for Map<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord> Ord for Map<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash> Hash for Map<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Map<K, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = access.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Whole numbers that look shuffled, always the same.
    fn shuffled(count: u64) -> impl Iterator<Item = u64> {
        (1..=count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50)
    }

    #[test]
    fn it_holds_what_the_standard_librarys_holds() {
        let (mut ours, mut theirs) = (Map::new(), BTreeMap::new());
        for (n, key) in shuffled(20_000).enumerate() {
            if n % 3 == 2 {
                assert_eq!(ours.remove(&key), theirs.remove(&key));
            } else if n % 5 == 0 {
                *ours.entry(key).or_insert(0) += n;
                *theirs.entry(key).or_insert(0) += n;
            } else {
                assert_eq!(ours.insert(key, n), theirs.insert(key, n));
            }
        }
        assert_eq!(ours.len(), theirs.len());
        assert!(ours.iter().eq(&theirs) && ours.iter().rev().eq(theirs.iter().rev()));
        assert!(shuffled(100).all(|key| ours.get(&key) == theirs.get(&key)));
        assert!(shuffled(100).all(|key| ours.range(key..).eq(theirs.range(key..))));
        assert!(ours.clone().into_iter().eq(theirs.clone()));
        ours.retain(|key, _| key % 2 == 0);
        theirs.retain(|key, _| key % 2 == 0);
        assert!(ours.iter().eq(&theirs));
        ours.retain(|_, _| false);
        assert!(ours.is_empty() && ours.first_key_value().is_none());
    }

    #[test]
    fn both_ends_meet() {
        let map: Map<u32, ()> = (0..1_000).map(|n| (n, ())).collect();
        let mut iter = map.iter();
        let mut seen = 0;
        while iter.next().is_some() {
            seen += 1 + usize::from(iter.next_back().is_some());
        }
        assert_eq!(seen, 1_000);
    }

    #[test]
    fn equal_maps_are_equal_however_they_grew() {
        let up: Map<u32, u32> = (0..2_000).map(|n| (n, n)).collect();
        let down: Map<u32, u32> = (0..2_000).rev().map(|n| (n, n)).collect();
        assert_eq!(up, down);
    }
}
