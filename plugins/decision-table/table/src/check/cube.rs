//! Cubes (区域): what a row covers, as a set on each axis, and what is left when one is taken
//! away from another.

/// A set of an axis' parts.
pub type Parts = Vec<u64>;

/// Makes a set of those parts for which it is so.
pub fn parts(count: usize, holds: impl Fn(usize) -> bool) -> Parts {
    let mut set = vec![0; count.div_ceil(64)];
    for part in (0..count).filter(|part| holds(*part)) {
        set[part / 64] |= 1 << (part % 64);
    }
    set
}

/// Whether a part is in a set.
pub fn has(set: &[u64], part: usize) -> bool {
    set[part / 64] & (1 << (part % 64)) != 0
}

fn both(one: &[u64], other: &[u64]) -> Parts {
    one.iter().zip(other).map(|(one, other)| one & other).collect()
}

fn without(one: &[u64], other: &[u64]) -> Parts {
    one.iter().zip(other).map(|(one, other)| one & !other).collect()
}

fn is_empty(set: &[u64]) -> bool {
    set.iter().all(|word| *word == 0)
}

/// A set on each axis: all points whose every coordinate lies in the set of its axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cube(pub Vec<Parts>);

impl Cube {
    /// What lies in both, if something does.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let met: Vec<Parts> = self.0.iter().zip(&other.0).map(|(one, other)| both(one, other)).collect();
        (!met.iter().any(|set| is_empty(set))).then_some(Self(met))
    }

    /// Whether every point of the other lies in this.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(one, other)| is_empty(&without(other, one)))
    }

    /// What is left when the other is taken away: cubes that do not overlap.
    fn minus(self, other: &Self) -> Vec<Self> {
        if self.meet(other).is_none() {
            return vec![self];
        }
        let mut left = Vec::new();
        let mut rest = self;
        for axis in 0..rest.0.len() {
            let outside = without(&rest.0[axis], &other.0[axis]);
            if !is_empty(&outside) {
                let mut piece = rest.clone();
                piece.0[axis] = outside;
                left.push(piece);
            }
            rest.0[axis] = both(&rest.0[axis], &other.0[axis]);
        }
        left
    }

    /// What is left when all of the others are taken away; nothing when there would be more than
    /// `most` pieces on the way.
    pub fn minus_all<'a>(self, others: impl IntoIterator<Item = &'a Self>, most: usize) -> Option<Vec<Self>> {
        let mut left = vec![self];
        for other in others {
            left = left.into_iter().flat_map(|cube| cube.minus(other)).collect();
            if left.len() > most {
                return None;
            }
        }
        Some(left)
    }
}
