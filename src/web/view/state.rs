//! Values that change, for those who draw. Leptos's graph keeps them and tells who reads them; it is shown every
//! value as one of a single type, so that its machinery is in the page's WebAssembly once and not once per
//! type of value.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use reactive_graph::prelude::*;
use reactive_graph::{computed, signal};

/// A value of any type, and how to tell it from another.
#[derive(Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value) || (self.same)(&*self.value, &*other.value)
    }
}

impl Kept {
    fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        fn same<T: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
            one.downcast_ref::<T>() == other.downcast_ref::<T>()
        }
        Self { value: Arc::new(value), same: same::<T> }
    }

    fn of<T: 'static>(&self) -> &T {
        self.value.downcast_ref().unwrap_or_else(|| unreachable!("kept as what it is"))
    }
}

/// A value that follows from others. It is worked out when somebody reads it, and whoever reads it hears of
/// it only when it is another one.
#[derive(Debug)]
pub struct Memo<T> {
    kept: computed::Memo<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Says how it is worked out.
    pub fn new(work: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let work: Box<dyn Fn() -> Kept + Send + Sync> = Box::new(move || Kept::new(work()));
        Self { kept: computed::Memo::new(move |_| work()), of: PhantomData }
    }
}

impl<T: 'static> Memo<T> {
    /// Looks at it; whoever looks hears of changes.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(self.kept.get().of())
    }

    /// Looks at it once.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(self.kept.get_untracked().of())
    }

    /// Hears of changes without looking.
    pub fn track(self) {
        self.kept.track();
    }
}

impl<T: Clone + 'static> Memo<T> {
    /// Returns it; whoever asks hears of changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// Returns it as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// A value that is set.
#[derive(Debug)]
pub struct State<T> {
    kept: signal::RwSignal<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> State<T> {
    /// Starts with a value.
    pub fn new(value: T) -> Self {
        Self { kept: signal::RwSignal::new(Kept::new(value)), of: PhantomData }
    }

    /// Looks at it; whoever looks hears of changes.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(self.kept.get().of())
    }

    /// Returns it; whoever asks hears of changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// Returns it as it is now.
    pub fn get_untracked(self) -> T {
        self.kept.get_untracked().of::<T>().clone()
    }

    /// Sets it, and tells those who read it if it is another one.
    pub fn set(self, value: T) {
        // What is gone takes nothing: an element that is taken off the page still tells that the focus has left.
        let now = self.kept.try_get_untracked();
        if now.is_some_and(|now| *now.of::<T>() != value) {
            self.kept.set(Kept::new(value));
        }
    }

    /// Changes it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// Hears of changes without looking.
    pub fn track(self) {
        self.kept.track();
    }
}
