//! The units of measures, and which marks of a rubric fit each.

use crate::engine::Level;

/// The unit of a measure. It decides which marks a rubric may use and how a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole people.
    Users,
    /// Whole requests.
    Requests,
    /// Whole pages to the on-call.
    Pages,
    /// Whole alerts.
    Alerts,
    /// Whole side effects.
    Writes,
    /// Whole actions by people and triggers.
    Actions,
    /// Pages to the on-call over an hour.
    PagesPerHour,
    /// A part of a whole, 0 to 1, or more where a budget is overspent.
    Share,
    /// 1 or 0.
    YesNo,
    /// Seconds.
    Seconds,
    /// The scenario's currency.
    Money,
    /// Instance-hours.
    InstanceHours,
}

impl Unit {
    /// Whether it counts whole things.
    pub const fn is_count(self) -> bool {
        match self {
            Self::Users | Self::Requests | Self::Pages | Self::Alerts | Self::Writes | Self::Actions => true,
            Self::PagesPerHour
            | Self::Share
            | Self::YesNo
            | Self::Seconds
            | Self::Money
            | Self::InstanceHours => false,
        }
    }

    /// Whether `level` can be a mark in this unit. A share may also be written as a number.
    pub(super) fn fits(self, level: Level) -> bool {
        match level {
            Level::Span(_) => self == Self::Seconds,
            Level::Rate(_) => false,
            Level::Share(_) => matches!(self, Self::Share | Self::YesNo),
            Level::Number(number) => self != Self::Seconds && number.is_finite() && number >= 0.0,
        }
    }

    /// How a mark in this unit is written, for messages.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Seconds => "a length of time, such as \"30m\"",
            Self::Share | Self::YesNo => "a percentage such as \"5%\", or a number from 0 to 1",
            Self::Users | Self::Requests | Self::Pages | Self::Alerts | Self::Writes | Self::Actions => {
                "a number, such as 150"
            }
            Self::PagesPerHour => "pages an hour as a number, such as 0.5",
            Self::Money => "an amount of money as a number, such as 12.5",
            Self::InstanceHours => "instance-hours as a number, such as 2.5",
        }
    }
}
