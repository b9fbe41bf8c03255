//! Sorting: positions are sorted, which are of one type, and then the items follow.

use std::cmp::Ordering;
use std::mem;

/// Sorts items, and leaves equal ones in the order they had.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = positions(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    follow(items, &order);
}

/// Puts items where `order` has their positions.
fn follow<T>(items: &mut Vec<T>, order: &[usize]) {
    if order.is_sorted() {
        return;
    }
    let mut from: Vec<Option<T>> = mem::take(items).into_iter().map(Some).collect();
    items.extend(order.iter().filter_map(|at| from.get_mut(*at).and_then(Option::take)));
}

/// Sorts items by what `key` gives, asked once for each, and leaves equal ones in the order they had.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    follow(items, &positions(keys.len(), &|a, b| keys.get(a).cmp(&keys.get(b))));
}

/// Sorts items by their own order.
pub fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

fn positions(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_stay_in_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        sort_by(&mut items, |a, b| a.0.cmp(&b.0));
        assert_eq!(items, [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
        let mut words = vec!["b".to_owned(), "a".to_owned(), "c".to_owned()];
        sort(&mut words);
        assert_eq!(words, ["a", "b", "c"]);
    }
}
