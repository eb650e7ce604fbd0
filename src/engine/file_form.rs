//! The JSON Schema of quantities: the texts from which each of them is read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Amount, Level, Rate, Share, Span, Time};

/// One or more numbers, each with its unit of time.
const SPAN: &str = r"^\s*([0-9]+([.][0-9]+)?(d|h|m|s|ms|us|ns))+\s*$";
const SHARE: &str = r"^\s*([0-9]+[.]?[0-9]*|[.][0-9]+)%\s*$";
const RATE: &str = r"^\s*([0-9]+[.]?[0-9]*|[.][0-9]+)/[smh]\s*$";

macro_rules! form {
    ($kind:ident, $form:expr) => {
        impl JsonSchema for $kind {
            fn schema_name() -> Cow<'static, str> {
                stringify!($kind).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $form
            }
        }
    };
}

form!(
    Span,
    json_schema!({
        "description": "A length of time: numbers with a unit (d, h, m, s, ms, us, ns), such as \"90s\", \"250ms\" or \"2h30m\"; at most 3650d.",
        "type": "string",
        "pattern": SPAN,
    })
);

form!(
    Time,
    json_schema!({
        "description": "A moment, as the time since the start of the run: \"90s\", \"2h30m\".",
        "type": "string",
        "pattern": SPAN,
    })
);

form!(
    Share,
    json_schema!({
        "description": "A part of a whole, as a percentage: \"2.5%\". Most fields allow at most \"100%\", none more than \"100000%\".",
        "type": "string",
        "pattern": SHARE,
    })
);

form!(
    Rate,
    json_schema!({
        "description": "How often something happens, per second, minute or hour: \"120/s\", \"30/m\", \"5/h\"; at most 1000000000/s.",
        "type": "string",
        "pattern": RATE,
    })
);

form!(
    Level,
    json_schema!({
        "description": "A threshold in the unit of its metric: a number, or a share, a length of time or a rate, such as 0.9, \"2%\", \"250ms\" or \"120/s\".",
        "anyOf": [
            { "type": "number" },
            { "type": "string", "pattern": SHARE },
            { "type": "string", "pattern": SPAN },
            { "type": "string", "pattern": RATE },
        ],
    })
);

form!(
    Amount,
    json_schema!({
        "description": "A number of instances, or a share of the fleet (Kubernetes IntOrString): 3 or \"25%\".",
        "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": u32::MAX },
            { "type": "string", "pattern": SHARE },
        ],
    })
);

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn a_pattern_takes_the_texts_that_are_read_and_no_others() {
        let read_as = |pattern: &str, reads: fn(&str) -> bool, texts: &[&str]| {
            let pattern = Regex::new(pattern).unwrap();
            for text in texts {
                assert_eq!(pattern.is_match(text), reads(text), "{text:?} by {pattern}");
            }
        };
        let spans =
            ["90s", "1.5s", " 2h30m ", "0s", "1d2h3m4s5ms6us7ns", "", "90", "s", "1.s", ".5s", "5 s", "-1s"];
        read_as(SPAN, |text| text.parse::<Span>().is_ok(), &spans);
        let shares = ["2.5%", "100%", " 1% ", "5.%", ".5%", "", "5", "%", ".%", "-1%", "NaN%", "1e3%"];
        read_as(SHARE, |text| text.parse::<Share>().is_ok(), &shares);
        let rates = ["120/s", "30/m", "5/h", "1.5/s", "5/d", "5/", "/s", "5", "-5/s"];
        read_as(RATE, |text| text.parse::<Rate>().is_ok(), &rates);
    }
}
