//! Templates in manifests: templates that must be rendered before import, and the arguments of analysis templates.

/// The byte at which an unrendered template of Helm, Jinja or a similar tool begins. A plain name in braces does not count:
/// Argo Rollouts (`{{args.name}}`) and Flagger (`{{ namespace }}`) fill it in themselves.
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

/// Whether this text after `{{` is an action of a template.
fn opens(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once("}}") else {
        // An action over several lines; a mapping in braces would have no `.` or `-` there.
        return rest.trim_start().starts_with(['-', '.', '$', '/']);
    };
    let name = inside.trim();
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]'".contains(c))
        && !name.starts_with(['.', '-']);
    !is_name || ["end", "else"].contains(&name)
}

/// `text` with `{{args.NAME}}` and `{{ NAME }}` replaced by their values. A name without a value stays.
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
        assert_eq!(unrendered("n: 1\nr: {{ default 1 .Values.x }}"), Some(8));
        assert_eq!(unrendered("  {% if x %}"), Some(2));
        assert_eq!(unrendered("{{- end }}"), Some(0));
        assert_eq!(unrendered("# Source: {{ .Chart.Name }}\na: 1"), None);
    }

    #[test]
    fn arguments_are_filled_in_and_unknown_ones_stay() {
        let value = |name: &str| (name == "service").then(|| "web".to_owned());
        assert_eq!(filled("{{args.service}}-{{ service }}-{{args.x}}", value), "web-web-{{args.x}}");
        assert_eq!(filled("{{args.service", value), "{{args.service");
    }
}
