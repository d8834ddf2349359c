//! The wordings of a policy file. Each is tried on made-up notices, so that one that fails is noticed here.

use serde_saphyr::Spanned;

use super::form::{Form, WordingForm};
use super::problems::Problems;
use super::{PolicyFile, Recipient};
use crate::domain::{PolicyName, RecipientName};
use crate::notice::sample::notices;
use crate::notice::{Fault, Style, Template, Values, Wording, Wordings, values};

/// Reads and tries all wordings; `text` is the whole file.
pub(super) fn wordings(form: &Form, text: &str, file: &PolicyFile, problems: &mut Problems) -> Wordings {
    let mut wordings = Wordings::default();
    let forms = form.recipients.iter().filter_map(|(name, form)| Some((name, form.value.wording.as_ref()?)));
    let of_recipients: Vec<_> = forms.collect();
    let policies = form.policies.value.iter().enumerate();
    let of_policies: Vec<_> = policies.filter_map(|(n, form)| Some((n, form, form.wording.as_ref()?))).collect();
    if of_recipients.is_empty() && of_policies.is_empty() {
        return wordings;
    }
    let samples = notices().iter().map(|sample| values(&sample.data)).collect();
    let mut trial = Trial { text, samples, problems };
    for (name, form) in of_recipients {
        let name = RecipientName::new(name);
        let style = file.recipients.get(&name).map_or(Style::Plain, Recipient::style);
        let wording = trial.wording(form, &format!("recipients.{name}.wording"), &[style]);
        wordings.recipients.insert(name, wording);
    }
    for (n, policy, form) in of_policies {
        let wording = trial.wording(form, &format!("policies[{n}].wording"), &[Style::Plain, Style::Markdown]);
        wordings.policies.insert(PolicyName::new(&policy.name.value), wording);
    }
    wordings
}

struct Trial<'a> {
    text: &'a str,
    samples: Vec<Values>,
    problems: &'a mut Problems,
}

impl Trial<'_> {
    fn wording(&mut self, form: &Spanned<WordingForm>, path: &str, styles: &[Style]) -> Wording {
        let WordingForm { subject, text } = &form.value;
        if subject.is_none() && text.is_none() {
            self.problems.add(form, path, "nothing is said here: write a `subject`, a `text` or both");
        }
        Wording {
            subject: subject.as_ref().map(|source| self.template(source, &format!("{path}.subject"), styles)),
            text: text.as_ref().map(|source| self.template(source, &format!("{path}.text"), styles)),
        }
    }

    fn template(&mut self, source: &Spanned<String>, path: &str, styles: &[Style]) -> Template {
        let template = Template::new(&source.value);
        let trials = self.samples.iter().flat_map(|values| styles.iter().map(move |style| (values, *style)));
        let mut faults = trials.filter_map(|(values, style)| template.render(values, style).err());
        if let Some(fault) = faults.next() {
            self.problems.add_at(place(self.text, source, &fault), path, fault.message);
        }
        template
    }
}

/// Where the fault is in the file. Exact for a block after `|` and for a text on one line; for others, where they begin.
fn place(file: &str, source: &Spanned<String>, fault: &Fault) -> (u64, u64) {
    // With an alias, the text stands at the anchor.
    let (line, column) = (source.defined.line(), source.defined.column());
    let of_file = |line: u64| {
        let text = file.lines().nth(index(line)).unwrap_or_default();
        text.chars().skip(index(column)).collect::<String>()
    };
    // A fault can be behind the last line.
    let last = source.value.lines().count().max(1);
    let down = fault.line.min(last) - 1;
    let of_template = source.value.lines().nth(down).unwrap_or_default();
    let right = if fault.line > last { of_template.chars().count() } else { fault.column - 1 } as u64;
    let below = line + down as u64;
    let there = of_file(below);
    if there == of_template {
        (below, column + right)
    } else if last == 1 && there.contains(of_template) {
        (line, column + u64::from(there.starts_with(['"', '\''])) + right)
    } else {
        (line, column)
    }
}

/// A line or column as it counts from 0.
fn index(place: u64) -> usize {
    usize::try_from(place.saturating_sub(1)).unwrap_or(usize::MAX)
}
