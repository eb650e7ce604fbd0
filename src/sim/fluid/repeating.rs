//! Which tries are tried again, and what was before each further one.

use super::Fluid;
use super::end::{End, NO_LAW};
use super::lengths::Lengths;
use super::way::Fate;

impl Fluid {
    /// Computes which tries of a number are tried again, and what is before the next try of each class.
    pub(super) fn renew_again(&mut self, number: usize) {
        let Self { again, pools, laws, ways, classes, .. } = self;
        for (index, class) in classes.iter().enumerate() {
            let place = number * classes.len() + index;
            let before = again.before[place].clone();
            let mut next: Vec<(f64, Lengths)> = Vec::new();
            for way in ways[index].iter().filter(|way| !way.copy) {
                if let Fate::Turned(_) = way.fate {
                    let (share, after) = again.goes((number, class.kind), &before, (NO_LAW, None), false);
                    again.turned[place] = share;
                    next.push((way.share * share, after));
                    continue;
                }
                let branches = pools[usize::from(way.pool)].branches.get_mut(place).into_iter().flatten();
                for branch in branches.filter(|branch| branch.end.cause().is_some()) {
                    let late = matches!(branch.end, End::GivenUp(_));
                    let law = laws.all.get(branch.base as usize);
                    let base = if late { NO_LAW } else { branch.base };
                    let (share, after) =
                        again.goes((number, class.kind), &before, (base, law.map(|law| &**law)), late);
                    branch.again = share;
                    next.push((way.share * branch.share * share, after));
                }
            }
            if let Some(place) = again.before.get_mut(place + classes.len()) {
                *place = Lengths::mix(next.iter().map(|(share, lengths)| (*share, lengths)));
            }
        }
    }
}
