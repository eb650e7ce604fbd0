//! Makes a failing run smaller while it still fails.

use super::soaked::Soaked;

/// The smallest run that was found for which `fails` holds, as it does for `run`: without each action by hand, each part of the plan,
/// each feature and each service that can be left out.
pub(super) fn smallest(run: &Soaked, fails: impl Fn(&Soaked) -> bool) -> Soaked {
    let mut smallest = run.clone();
    loop {
        let Some(smaller) = smaller(&smallest).into_iter().find(|candidate| fails(candidate)) else {
            return smallest;
        };
        smallest = smaller;
    }
}

/// Every run with one thing less.
fn smaller(run: &Soaked) -> Vec<Soaked> {
    let mut all = Vec::new();
    if !run.hands.is_empty() {
        all.push(Soaked { hands: Vec::new(), ..run.clone() });
    }
    if run.world.services > 1 {
        let mut less = run.clone();
        less.world.services -= 1;
        all.push(less);
    }
    for index in 0..run.hands.len() {
        let mut less = run.clone();
        less.hands.remove(index);
        all.push(less);
    }
    for bit in (0..64).filter(|bit| run.parts >> bit & 1 == 1) {
        all.push(Soaked { parts: run.parts & !(1 << bit), ..run.clone() });
    }
    for bit in (0..64).filter(|bit| run.world.features >> bit & 1 == 1) {
        let mut less = run.clone();
        less.world.features &= !(1 << bit);
        all.push(less);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_failure_needs_is_left() {
        let run = Soaked::drawn(1, 4);
        let fails = |run: &Soaked| run.parts & 4 == 4;
        let mut full = run;
        full.parts |= 4;
        let small = smallest(&full, fails);
        assert_eq!(
            (small.parts, small.world.features, small.hands.len(), small.world.services),
            (4, 0, 0, 1)
        );
    }
}
