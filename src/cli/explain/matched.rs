//! Which policy holds and why, in lines.

use std::io::{self, Write};

use super::lines::block;
use crate::app::explain::{Misfit, Tried};
use crate::cli::output::{DIM, styled};
use crate::domain::policy::Rules;
use crate::notice::clean;

/// Files with more policies before the one that holds are rare.
const SHOWN: usize = 20;

pub(super) fn show(out: &mut impl Write, tried: &[Tried], rules: &Rules) -> io::Result<()> {
    let (holds, others): (Vec<&Tried>, Vec<&Tried>) = tried.iter().partition(|tried| tried.misfits.is_empty());
    for tried in others.iter().take(SHOWN) {
        let misfits: Vec<String> = tried.misfits.iter().map(misfit).collect();
        block(out, 2, &format!("not {}: {}", tried.policy, misfits.join("; ")))?;
    }
    if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  … and {more} more that do not match")?;
    }
    for tried in holds {
        let is_for_all = rules.policies.iter().find(|policy| policy.name == tried.policy).is_some_and(|policy| {
            let gates = &policy.gates;
            [&gates.account, &gates.region, &gates.pipeline, &gates.stage, &gates.action]
                .iter()
                .all(|part| part.is_none())
        });
        let why = match (is_for_all, others.is_empty()) {
            (true, true) => "it is the first and for every gate",
            (true, false) => "it is for every gate",
            (false, true) => "it is the first, and matches",
            (false, false) => "it is the first that matches",
        };
        writeln!(out, "  {}: {why}", tried.policy)?;
    }
    writeln!(out, "  {}", styled(DIM, format!("by the policy file of version {}", rules.version)))
}

fn misfit(misfit: &Misfit) -> String {
    let is = misfit.is.as_deref().map_or("not known".to_owned(), |is| clean(is, 100));
    format!("{} is {is}, it wants {}", misfit.part, clean(&misfit.wanted, 100))
}
