//! The part of a class that one of several machines grades. Which part a hand-in falls into depends on the hand-in alone, so one that is added
//! moves no other.

use std::str::FromStr;

/// One of several parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    number: u64,
    /// How many there are.
    count: u64,
}

/// By which variables the engines name a part: Slurm, Kubernetes and HyperQueue.
pub const INDEXES: [&str; 3] = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "HQ_TASK_ID"];
/// Says how many parts there are where the engine does not.
const COUNT: &str = "ROLLOUT_LAB_SHARD_COUNT";

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, count)| {
            Some(Self { number: number.parse().ok()?, count: count.parse().ok()? })
        });
        parts.filter(|shard| (1..=shard.count).contains(&shard.number)).ok_or_else(|| {
            format!(
                "\"{text}\" is no part; write K/N, such as 2/7 for the second of seven, with K from 1 to N"
            )
        })
    }
}

impl Shard {
    /// The part that was asked for, or else the one that the engine names on which this runs; `None` where nobody speaks of parts.
    ///
    /// # Errors
    /// As `of_engine`.
    pub fn asked(shard: Option<Self>) -> Result<Option<Self>, String> {
        match shard {
            Some(shard) => Ok(Some(shard)),
            None => Self::of_engine(|name| std::env::var_os(name)?.into_string().ok()),
        }
    }

    /// Whether there is no other part.
    pub const fn is_whole(self) -> bool {
        self.count == 1
    }

    /// The part that the engine on which this runs names by its variables; `None` when none does.
    ///
    /// Slurm arrays name index, first index, step and count (sbatch(1), "OUTPUT ENVIRONMENT VARIABLES"); Kubernetes' indexed jobs
    /// (`JOB_COMPLETION_INDEX`, from 0) and HyperQueue's tasks (`HQ_TASK_ID`, from 0) name the index alone.
    ///
    /// # Errors
    /// Variables that make no part, as a sentence.
    fn of_engine(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let number = |name: &str| -> Result<Option<u64>, String> {
            let Some(text) = variable(name) else { return Ok(None) };
            text.trim().parse().map(Some).map_err(|_| format!("{name} is \"{text}\", which is no number"))
        };
        let own = number(COUNT)?;
        let [slurm, others @ ..] = INDEXES;
        if let Some(index) = number(slurm)? {
            let first = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
            let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
            let count = own.or(number("SLURM_ARRAY_TASK_COUNT")?);
            return made(slurm, index.saturating_sub(first) / step, count).map(Some);
        }
        for name in others {
            if let Some(index) = number(name)? {
                return made(name, index, own).map(Some);
            }
        }
        Ok(None)
    }

    /// Whether the work with this digest belongs to it.
    pub fn holds(self, digest: &str) -> bool {
        let first = digest.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        first % self.count == self.number - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

fn made(name: &str, index: u64, count: Option<u64>) -> Result<Shard, String> {
    let Some(count) = count else {
        return Err(format!(
            "{name} is set, so this seems to be one of several parts, but not of how many; set {COUNT}, or write --shard K/N (--shard 1/1 \
             for the whole class)"
        ));
    };
    let shard = Shard { number: index.saturating_add(1), count };
    if shard.number > count {
        return Err(format!("{name} gives part {}, and there are {count} parts", shard.number));
    }
    Ok(shard)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(set: &[(&str, &str)]) -> Result<Option<String>, String> {
        let variable =
            |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        Shard::of_engine(variable).map(|shard| shard.map(|shard| shard.to_string()))
    }

    #[test]
    fn the_engines_name_their_parts() {
        assert_eq!(engine(&[]), Ok(None));
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "14"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_STEP", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(engine(&slurm), Ok(Some("3/4".to_owned())));
        for name in ["JOB_COMPLETION_INDEX", "HQ_TASK_ID"] {
            assert_eq!(engine(&[(name, "0"), (COUNT, "7")]), Ok(Some("1/7".to_owned())));
            assert!(engine(&[(name, "0")]).unwrap_err().contains(COUNT));
            assert!(engine(&[(name, "7"), (COUNT, "7")]).unwrap_err().contains("part 8"));
            assert!(engine(&[(name, "x"), (COUNT, "7")]).unwrap_err().contains("no number"));
        }
    }

    #[test]
    fn every_piece_of_work_belongs_to_one_part() {
        for count in [1, 2, 7] {
            let shards: Vec<Shard> = (1..=count).map(|number| Shard { number, count }).collect();
            for work in 0..100u8 {
                let digest = crate::library::items::digest_of([[work].as_slice()]);
                assert_eq!(shards.iter().filter(|shard| shard.holds(&digest)).count(), 1);
            }
        }
        for text in ["0/7", "8/7", "1", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
