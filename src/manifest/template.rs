//! Templates in manifests: templates that must be rendered before import, and the arguments of analysis templates.

/// The byte at which an unrendered template of Helm, Jinja or a similar tool begins. A plain name in braces does not count:
/// Argo Rollouts (`{{args.name}}`) and Flagger (`{{ namespace }}`) fill it in themselves. Neither does `printf` of plain names,
/// which Flagger renders (its MetricTemplates are Go templates), nor a window of Sloth (`{{.window}}`).
pub fn unrendered(text: &str) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if line.trim_start().starts_with('#') {
            continue;
        }
        let jinja = line.trim_start().starts_with("{%").then(|| line.find("{%")).flatten();
        let helm = line.match_indices("{{").map(|(at, _)| at).find(|at| opens(&line[at + 2..]));
        if let Some(inside) = jinja.or(helm) {
            return Some(at + inside);
        }
    }
    None
}

/// The action in braces with which a value of this line of YAML begins, without quotes around it.
pub fn unquoted(line: &str) -> Option<&str> {
    let begins = |before: &str| {
        before.trim_start().is_empty()
            || before.ends_with([' ', '[']) && before.trim_end().ends_with([':', '-', '[', ','])
    };
    let (at, _) = line.match_indices("{{").find(|(at, _)| begins(&line[..*at]))?;
    let end = at + line[at..].find("}}")? + 2;
    Some(&line[at..end])
}

/// Whether this text after `{{` is an action of a template.
fn opens(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once("}}") else {
        // An action over several lines; a mapping in braces would have no `.` or `-` there.
        return rest.trim_start().starts_with(['-', '.', '$', '/']);
    };
    let name = inside.trim();
    if name == ".window" || printed(name).is_some() {
        return false;
    }
    !is_name(name) || ["end", "else"].contains(&name)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]'".contains(c))
        && !name.starts_with(['.', '-'])
}

/// Format and arguments of `printf "x_%s_%s" namespace target`; in YAML the quotes may be escaped.
fn printed(action: &str) -> Option<(&str, Vec<&str>)> {
    let rest = action.strip_prefix("printf")?.trim_start();
    let quote = ["\\\"", "\"", "`", "'"].into_iter().find(|quote| rest.starts_with(quote))?;
    let (format, names) = rest[quote.len()..].split_once(quote)?;
    let names: Vec<&str> = names.split_whitespace().map(|name| name.trim_matches(['(', ')'])).collect();
    names.iter().all(|name| is_name(name)).then_some((format, names))
}

/// What an action in braces gives; `None` where a name has no value.
fn value(action: &str, value_of: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let action = action.trim().trim_start_matches('-').trim_end_matches('-').trim();
    let Some((format, names)) = printed(action) else {
        return value_of(action.strip_prefix("args.").unwrap_or(action));
    };
    let mut names = names.into_iter();
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out += before;
        let verb = after.chars().next()?;
        match verb {
            '%' => out.push('%'),
            's' | 'v' | 'd' => out += &value_of(names.next()?)?,
            _ => return None,
        }
        rest = &after[verb.len_utf8()..];
    }
    Some(out + rest)
}

/// `text` with `{{args.NAME}}`, `{{ NAME }}` and `{{ printf .. }}` replaced by their values; what `otherwise` makes of an action
/// stands where a name has no value.
pub fn rendered(
    text: &str,
    value_of: impl Fn(&str) -> Option<String>,
    otherwise: impl Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out += before;
        let Some((inside, next)) = after.split_once("}}") else {
            rest = &rest[before.len()..];
            break;
        };
        out += &value(inside, &value_of).unwrap_or_else(|| otherwise(inside));
        rest = next;
    }
    out + rest
}

/// `text` with `{{args.NAME}}` and `{{ NAME }}` replaced by their values. A name without a value stays.
pub fn filled(text: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    rendered(text, value_of, |inside| format!("{{{{{inside}}}}}"))
}

/// What stands in a query for the value of a name that has none before the rollout runs.
pub const AT_RUN_TIME: &str = "known_at_run_time_";

/// `text` as a query: names without a value become words that [`AT_RUN_TIME`] begins, so that it can still be parsed.
pub fn query(text: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    rendered(text, value_of, |inside| {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        AT_RUN_TIME.to_owned()
            + &inside.trim().trim_start_matches("args.").chars().map(plain).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_has_rendered_yet_is_refused() {
        assert_eq!(unrendered("a: {{ .Values.x }}"), Some(3));
        assert_eq!(unrendered("{{- if .x }}\n"), Some(0));
        assert_eq!(unrendered("{{ include \"x\" . }}"), Some(0));
        assert_eq!(unrendered("{{ printf \"%s\" .Values.x }}"), Some(0));
        assert_eq!(unrendered("{{ printf \"x_%s_%s\" namespace target }}"), None);
        assert_eq!(unrendered("q: up{job=\"{{args.service}}\"}"), None);
        assert_eq!(unrendered("q: up{namespace=\"{{ namespace }}\"}"), None);
        assert_eq!(unrendered("q: up[{{.window}}]"), None);
        assert_eq!(unrendered("{{"), None);
        assert_eq!(unrendered("n: 1\nr: {{ default 1 .Values.x }}"), Some(8));
        assert_eq!(unrendered("  {% if x %}"), Some(2));
        assert_eq!(unrendered("{{- end }}"), Some(0));
        assert_eq!(unrendered("# Source: {{ .Chart.Name }}\na: 1"), None);
    }

    #[test]
    fn arguments_are_filled_in_and_unknown_ones_stay() {
        let value = |name: &str| match name {
            "service" => Some("web".to_owned()),
            "variables.code" => Some("5..".to_owned()),
            _ => None,
        };
        assert_eq!(filled("{{args.service}}-{{ service }}-{{args.x}}", value), "web-web-{{args.x}}");
        assert_eq!(filled("{{args.service", value), "{{args.service");
        assert_eq!(filled("{{ printf \"a_%s__%s%%\" service service }}", value), "a_web__web%");
        assert_eq!(filled("{{ variables.code }}", value), "5..");
        assert_eq!(query("x{a=\"{{args.where-to}}\"}", value), "x{a=\"known_at_run_time_where_to\"}");
    }
}
