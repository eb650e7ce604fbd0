//! Templates inside manifests: those that have to be rendered before import, and the arguments of an analysis template.

/// What Helm's templates begin with, after `{{` and an optional `-`. What Argo Rollouts (`{{args.name}}`) and Flagger
/// (`{{ namespace }}`) fill in themselves is none of these.
const HELM: [&str; 15] = [
    ".",
    "$",
    "if ",
    "else",
    "end",
    "range ",
    "with ",
    "include ",
    "template ",
    "define ",
    "block ",
    "toYaml ",
    "tpl ",
    "printf ",
    "/*",
];

/// The byte where a template of Helm or the like begins that has not been rendered.
pub fn unrendered(text: &str) -> Option<usize> {
    let opens = |at: usize| {
        let inside = text[at + 2..].trim_start_matches('-').trim_start();
        HELM.iter().any(|word| inside.starts_with(word)) || inside.starts_with("- ")
    };
    text.match_indices("{{").map(|(at, _)| at).find(|at| opens(*at))
}

/// `text` with `{{args.NAME}}` and `{{ NAME }}` replaced by what `value_of` says. What has no value stays as it is.
pub fn filled(text: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out += before;
        let Some((inside, next)) = after.split_once("}}") else {
            rest = &rest[before.len()..];
            break;
        };
        let name = inside.trim();
        match value_of(name.strip_prefix("args.").unwrap_or(name)) {
            Some(value) => out += &value,
            None => out += &format!("{{{{{inside}}}}}"),
        }
        rest = next;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_has_rendered_yet_is_refused() {
        assert_eq!(unrendered("a: {{ .Values.x }}"), Some(3));
        assert_eq!(unrendered("{{- if .x }}\n"), Some(0));
        assert_eq!(unrendered("{{ include \"x\" . }}"), Some(0));
        assert_eq!(unrendered("q: up{job=\"{{args.service}}\"}"), None);
        assert_eq!(unrendered("q: up{namespace=\"{{ namespace }}\"}"), None);
        assert_eq!(unrendered("{{"), None);
    }

    #[test]
    fn arguments_are_filled_in_and_unknown_ones_stay() {
        let value = |name: &str| (name == "service").then(|| "web".to_owned());
        assert_eq!(filled("{{args.service}}-{{ service }}-{{args.x}}", value), "web-web-{{args.x}}");
        assert_eq!(filled("{{args.service", value), "{{args.service");
    }
}
