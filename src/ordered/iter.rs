//! Going through a map.

use std::{slice, vec};

use super::map::Map;

/// The entries of a [`Map`] in order, from both ends.
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    rows: slice::Iter<'a, Vec<(K, V)>>,
    front: slice::Iter<'a, (K, V)>,
    back: slice::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iter<'a, K, V> {
    /// Those of some rows.
    pub(super) fn of(rows: &'a [Vec<(K, V)>]) -> Self {
        Self::from(&[], rows)
    }

    /// Some, then those of more rows.
    pub(super) fn from(front: &'a [(K, V)], rows: &'a [Vec<(K, V)>]) -> Self {
        Self { rows: rows.iter(), front: front.iter(), back: [].iter() }
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), front: self.front.clone(), back: self.back.clone() }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.front.next() {
                return Some((key, value));
            }
            let Some(row) = self.rows.next() else {
                return self.back.next().map(|(key, value)| (key, value));
            };
            self.front = row.iter();
        }
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.back.next_back() {
                return Some((key, value));
            }
            let Some(row) = self.rows.next_back() else {
                return self.front.next_back().map(|(key, value)| (key, value));
            };
            self.back = row.iter();
        }
    }
}

/// The entries of a [`Map`] in order, with values that may be changed.
#[derive(Debug)]
pub struct IterMut<'a, K, V> {
    rows: slice::IterMut<'a, Vec<(K, V)>>,
    row: slice::IterMut<'a, (K, V)>,
}

impl<'a, K, V> IterMut<'a, K, V> {
    pub(super) fn of(rows: &'a mut [Vec<(K, V)>]) -> Self {
        Self { rows: rows.iter_mut(), row: [].iter_mut() }
    }
}

impl<'a, K, V> Iterator for IterMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.row.next() {
                return Some((key, value));
            }
            self.row = self.rows.next()?.iter_mut();
        }
    }
}

/// The keys of a [`Map`] in order.
#[derive(Debug)]
pub struct Keys<'a, K, V>(pub(super) Iter<'a, K, V>);

impl<K, V> Clone for Keys<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K, V> Iterator for Keys<'a, K, V> {
    type Item = &'a K;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.0)
    }
}

impl<K, V> DoubleEndedIterator for Keys<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        Some(self.0.next_back()?.0)
    }
}

/// The values of a [`Map`] in the order of their keys.
#[derive(Debug)]
pub struct Values<'a, K, V>(pub(super) Iter<'a, K, V>);

impl<K, V> Clone for Values<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K, V> Iterator for Values<'a, K, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.1)
    }
}

impl<K, V> DoubleEndedIterator for Values<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        Some(self.0.next_back()?.1)
    }
}

/// The values of a [`Map`] in the order of their keys, to be changed.
#[derive(Debug)]
pub struct ValuesMut<'a, K, V>(pub(super) IterMut<'a, K, V>);

impl<'a, K, V> Iterator for ValuesMut<'a, K, V> {
    type Item = &'a mut V;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.1)
    }
}

impl<'a, K, V> IntoIterator for &'a mut Map<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// The entries of a [`Map`] in order, taken out.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    rows: vec::IntoIter<Vec<(K, V)>>,
    row: vec::IntoIter<(K, V)>,
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.row.next() {
                return Some(entry);
            }
            self.row = self.rows.next()?.into_iter();
        }
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter { rows: self.rows.into_iter(), row: Vec::new().into_iter() }
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
