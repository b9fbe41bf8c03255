//! Variables that switch steps of a deploy on and off, as far as the files tell their values.

use crate::engine::facts::{Command, Deploy, Facts, Unit};

use super::deploy::Runs;

/// Returns whether a command runs, from the conditions that it and its callers stand under.
pub(super) fn runs<'a>(
    facts: &Facts,
    frames: impl Iterator<Item = (&'a Deploy, &'a Unit, &'a Command)>,
) -> Runs {
    let mut found = Runs::Always;
    for (_, unit, command) in frames {
        for (number, arm) in &command.under {
            let test = unit
                .commands
                .iter()
                .find(|one| one.test.is_some_and(|test| test.number == *number));
            // A loop or a `case`.
            let Some(test) = test else {
                found = Runs::Perhaps;
                continue;
            };
            let wanted = *arm == 0;
            match asked(&test.words) {
                Some(asked) => {
                    let negated = test.test.is_some_and(|test| test.negated);
                    let set = value(facts, unit, asked.variable);
                    let is = asked.holds(set.or(asked.default).unwrap_or("")) != negated;
                    let switch = asked.variable.to_owned();
                    match (is == wanted, set.is_some()) {
                        (true, _) => {}
                        (false, true) => return Runs::Never { switch },
                        (false, false) => found = Runs::OnlyIf { switch },
                    }
                }
                // `if alembic upgrade head; then …`: what follows success is the usual way.
                None if !matches!(test.program(), "[" | "[[" | "test") => {}
                None => found = Runs::Perhaps,
            }
        }
    }
    found
}

/// The value that files give a variable: the script itself, else anything that exports it.
fn value<'a>(facts: &'a Facts, unit: &'a Unit, name: &str) -> Option<&'a str> {
    let assigned = |command: &'a Command| {
        let exported = command.words.iter().filter_map(|word| word.split_once('='));
        let own = command.sets.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain(exported).find(|(known, _)| *known == name).map(|(_, value)| value)
    };
    let plain = |command: &&Command| {
        command.words.first().is_none_or(|word| word == "export" || word == "declare")
    };
    let here = unit.commands.iter().filter(plain).find_map(assigned);
    // `X="${X:-false}"` says nothing of what X is.
    let here = here.filter(|value| !value.contains('$'));
    here.or_else(|| {
        let sets = facts.deploys.iter().flat_map(|deploy| &deploy.sets);
        sets.filter(|set| set.exported && set.name == name).map(|set| set.value.as_str()).next()
    })
}

/// `[ "${NAME:-default}" = "value" ]`.
struct Asked<'a> {
    variable: &'a str,
    default: Option<&'a str>,
    operator: &'a str,
    value: &'a str,
}

impl Asked<'_> {
    fn holds(&self, value: &str) -> bool {
        match self.operator {
            "-z" => value.is_empty(),
            "-n" => !value.is_empty(),
            "!=" => value != self.value,
            _ => value == self.value,
        }
    }
}

fn asked(words: &[String]) -> Option<Asked<'_>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = words
        .strip_prefix(&["["])
        .or(words.strip_prefix(&["[["]))
        .or(words.strip_prefix(&["test"]))?;
    let words = words.strip_suffix(&["]"]).or(words.strip_suffix(&["]]"])).unwrap_or(words);
    let (of, operator, value) = match words {
        [operator @ ("-z" | "-n"), of] => (*of, *operator, ""),
        [of, operator @ ("=" | "==" | "!="), value] => (*of, *operator, *value),
        _ => return None,
    };
    let name = of.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(name);
    let (variable, default) = match name.split_once(":-").or_else(|| name.split_once('-')) {
        Some((variable, default)) => (variable, Some(default)),
        None => (name, None),
    };
    let plain = variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then_some(Asked { variable, default, operator, value })
}
