//! Random chains for tests: seeded, so that a failure that prints its seed can be repeated.

/// A revision without its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub id: String,
    pub down: Vec<String>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub date: String,
}

/// Numbers from a seed (xorshift).
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// Returns a number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % sides.max(1)
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.roll(at + 1));
        }
    }
}

/// What a random chain may contain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub revisions: usize,
    /// Of a hundred revisions, how many start a branch, merge two, depend on another, have a parent that
    /// does not exist, or have a later revision as parent.
    pub branches: usize,
    pub merges: usize,
    pub dependencies: usize,
    pub missing: usize,
    pub cycles: usize,
}

impl Shape {
    /// A chain that Alembic would load.
    pub fn sound(revisions: usize) -> Self {
        Self { revisions, branches: 8, merges: 8, dependencies: 5, missing: 0, cycles: 0 }
    }

    /// One with everything that can be wrong.
    pub fn broken(revisions: usize) -> Self {
        Self { missing: 5, cycles: 4, ..Self::sound(revisions) }
    }
}

/// Returns a random chain, parents before children except where a cycle was asked for.
pub(crate) fn chain(seed: u64, shape: Shape) -> Vec<Sketch> {
    let mut dice = Dice::new(seed);
    let mut all: Vec<Sketch> = Vec::new();
    let mut tips: Vec<String> = Vec::new();
    for number in 0..shape.revisions {
        let id = format!("{:04x}{number:08x}", dice.roll(0xffff));
        let mut down = Vec::new();
        let mut chance = |of: usize| dice.roll(100) < of;
        let (branch, merge) = (chance(shape.branches), chance(shape.merges));
        let (depend, missing, cycle) =
            (chance(shape.dependencies), chance(shape.missing), chance(shape.cycles));
        if merge && tips.len() > 1 {
            down.push(tips.swap_remove(dice.roll(tips.len())));
            down.push(tips.swap_remove(dice.roll(tips.len())));
        } else if branch && number > 0 {
            down.push(all[dice.roll(number)].id.clone());
            tips.retain(|tip| *tip != down[0]);
        } else if !tips.is_empty() {
            down.push(tips.swap_remove(dice.roll(tips.len())));
        }
        if missing {
            down.push(format!("missing{}", dice.roll(4)));
        }
        let mut depends_on = Vec::new();
        if depend && number > 0 {
            depends_on.push(all[dice.roll(number)].id.clone());
            depends_on.retain(|other| !down.contains(other));
        }
        if cycle && number > 0 {
            let earlier = dice.roll(number);
            if !all[earlier].down.contains(&id) {
                all[earlier].down.push(id.clone());
            }
        }
        let day = dice.roll(28) + 1;
        let date = format!("2026-{:02}-{day:02} 10:00:00", number * 12 / shape.revisions + 1);
        tips.push(id.clone());
        all.push(Sketch { id, down, depends_on, labels: Vec::new(), date });
    }
    all
}
