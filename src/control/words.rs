//! Steps as plain words, for the reasons that go with what is asked.

use std::fmt;

use super::Step;

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale(amount) => write!(f, "scale the candidate to {amount}"),
            Self::FollowWeight => f.write_str("let the candidate's size follow its weight"),
            Self::Weight(share) => write!(f, "send {share} to the candidate"),
            Self::Match(rules) => write!(f, "send what matches {} rules to the candidate", rules.len()),
            Self::Mirror(share) => write!(f, "mirror {share} to the candidate"),
            Self::Roll(_) => f.write_str("roll the instances over"),
            Self::Flag(share) => write!(f, "turn the flag on for {share}"),
            Self::Pause(span) => write!(f, "wait {span}"),
            Self::Approve => f.write_str("wait for approval"),
            Self::Test(test) => write!(f, "test the candidate with {} requests", test.requests),
            Self::Analyse(_) => f.write_str("analyse"),
            Self::Wave(of) if of.zones.is_empty() => f.write_str("replace the instances in all zones"),
            Self::Wave(of) => write!(f, "replace the instances in {}", of.zones.join(" and ")),
            Self::Experiment(of) => write!(f, "compare the candidate with a fresh baseline for {}", of.lasts),
            Self::Progress(of) if of.iterations > 0 => {
                write!(f, "check the candidate {} times", of.iterations)
            }
            Self::Progress(of) => write!(f, "lead requests to the candidate up to {}", of.max_weight),
            Self::Promote => f.write_str("give the candidate everything"),
            Self::Retire(delay) if delay.is_zero() => f.write_str("let the stable pool go"),
            Self::Retire(delay) => write!(f, "let the stable pool go after {delay}"),
        }
    }
}
