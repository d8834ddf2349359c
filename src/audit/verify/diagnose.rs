//! Which rows, and which facts in them, are not as they were.

use std::io;

use super::compare::{Difference, Item, by_key, compare};
use super::file;
use super::intact::State;
use super::outline::Outline;
use super::problem::{Kind, NAMED, Problems, Subject};
use super::records::{Form, Lines, Record, Records};
use crate::audit::chain;
use crate::audit::checkpoint::{ChainLine, FileSum};
use crate::audit::hash::Hash;
use crate::audit::series::listing::CHAINS;
use crate::notice::clean;

/// Approvals with more facts than this are not looked at fact by fact, which costs their square.
const MOST_FACTS: usize = 1000;

/// Says in which rows the data and the chains differ. The one that is as it was says what the other should be; if both are
/// not, the chains do.
pub(super) fn rows(
    outline: &Outline,
    data: &FileSum,
    (state, chains): (State, State),
    problems: &mut Problems,
) -> io::Result<()> {
    let form = Form::of(&data.name);
    let Some((lines, records)) = read(outline, data, form)? else { return Ok(()) };
    match (state, chains) {
        // What is in the place of another file says nothing about rows.
        (State::Swapped, _) | (_, State::Swapped) => {}
        (State::Intact, State::Intact) => misfits(outline, &lines, &records, form, problems),
        (State::Intact, State::Changed) => {
            let were: Vec<Item> = records.iter().map(|record| whole(record, form)).collect();
            let are: Vec<Item> = lines.iter().map(|line| whole_line(line.as_ref(), form)).collect();
            let same = by_key(&were, &are);
            let gate = |_: usize| None;
            for difference in compare(&were, &are, same) {
                tell(outline, CHAINS, &difference, (&were, &are, &gate), problems);
            }
        }
        (State::Changed, _) => {
            let lines: Vec<ChainLine> = lines.into_iter().flatten().collect();
            let were: Vec<Item> = lines.iter().map(of_line).collect();
            let are: Vec<Item> = records.iter().map(of_record).collect();
            let same = by_key(&were, &are);
            let gate = |was: usize| lines.get(was).and_then(|line| line.gate.clone());
            let mut looked_into = 0;
            for difference in compare(&were, &are, same) {
                tell(outline, &data.name, &difference, (&were, &are, &gate), problems);
                if let (Difference::Changed { was, is }, Form::JsonLines) = (&difference, form)
                    && looked_into < NAMED
                    && let (Some(line), Some(record)) = (lines.get(*was), records.get(*is))
                {
                    looked_into += 1;
                    facts(outline, &data.name, line, record, *is, problems);
                }
            }
        }
    }
    Ok(())
}

type Both = (Vec<Option<ChainLine>>, Vec<Record>);

fn read(outline: &Outline, data: &FileSum, form: Form) -> io::Result<Option<Both>> {
    let open = |name: &str| file::open(&outline.folder.join(name)).ok();
    let Some((data, chains)) = open(&data.name).zip(open(CHAINS)) else { return Ok(None) };
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    let mut reader = Lines::new(chains);
    while let Some(line) = reader.chain()? {
        lines.push(line);
    }
    let mut reader = Records::new(form, data)?;
    while let Some(record) = reader.next()? {
        records.push(record);
    }
    Ok(Some((lines, records)))
}

fn of_line(line: &ChainLine) -> Item {
    Item { key: line.row, name: Some(line.approval.clone()) }
}

fn of_record(record: &Record) -> Item {
    Item { key: Some(record.row), name: record.approval.clone() }
}

/// All that a row says of the line that belongs to it.
fn whole(record: &Record, form: Form) -> Item {
    let name = record.approval.clone();
    let chain = if form == Form::JsonLines { record.chain.as_deref() } else { None };
    Item { key: Some(key(name.as_deref(), &record.row, chain)), name }
}

fn whole_line(line: Option<&ChainLine>, form: Form) -> Item {
    let Some(line) = line else { return Item { key: None, name: None } };
    let name = (form != Form::Lines).then(|| line.approval.clone());
    let chain = (form == Form::JsonLines).then_some(line.chain.as_slice());
    Item { key: line.row.map(|row| key(name.as_deref(), &row, chain)), name }
}

fn key(approval: Option<&str>, row: &Hash, chain: Option<&[Hash]>) -> Hash {
    let hashes = chain.unwrap_or_default().iter().map(|hash| hash.as_bytes().as_slice());
    Hash::of_all([row.as_bytes().as_slice(), approval.unwrap_or_default().as_bytes(), b"\n"].into_iter().chain(hashes))
}

/// Both files are as they were written, so they were written like this.
fn misfits(outline: &Outline, lines: &[Option<ChainLine>], records: &[Record], form: Form, problems: &mut Problems) {
    for n in 0..lines.len().max(records.len()) {
        let (line, record) = (lines.get(n).and_then(Option::as_ref), records.get(n));
        if !line.zip(record).is_some_and(|(line, record)| record.is_of(line, form)) {
            let approval = line.map(|line| clean(&line.approval, 100));
            let gate = line.and_then(|line| line.gate.as_deref()).map(|gate| clean(gate, 200));
            let subject = Subject { approval, gate, row: Some(n as u64 + 1), ..outline.subject(CHAINS) };
            problems.add(
                Kind::ChainWrong,
                subject,
                "the chain is not that of the row, and both are as they were written",
            );
        }
    }
}

type Items<'a> = (&'a [Item], &'a [Item], &'a dyn Fn(usize) -> Option<String>);

fn tell(outline: &Outline, file: &str, difference: &Difference, (were, are, gate): Items<'_>, problems: &mut Problems) {
    let name = |items: &[Item], place: usize| {
        items.get(place).and_then(|item| item.name.as_deref()).map(|name| clean(name, 100))
    };
    let subject = |approval: Option<String>, was: Option<usize>, row: usize| Subject {
        approval,
        gate: was.and_then(gate).map(|gate| clean(&gate, 200)),
        row: Some(row as u64 + 1),
        ..outline.subject(file)
    };
    match *difference {
        Difference::Changed { was, is } => {
            let subject = subject(name(were, was), Some(was), is);
            let now = name(are, is).filter(|now| Some(now) != subject.approval.as_ref());
            let says = match now {
                Some(now) => format!("it was changed, and says now that it is of {now}"),
                None => "it was changed".to_owned(),
            };
            problems.add(Kind::RowChanged, subject, says);
        }
        Difference::Missing(was) => {
            problems.add(Kind::RowMissing, subject(name(were, was), Some(was), was), "it was cut out");
        }
        Difference::Added(is) => problems.add(Kind::RowAdded, subject(name(are, is), None, is), "it was added"),
        Difference::Moved { was, is } => {
            let says = format!("it was row {}", was + 1);
            problems.add(Kind::RowMoved, subject(name(were, was), Some(was), is), says);
        }
    }
}

/// Which facts of a row that was changed are not those of its chain. Each link of the chain tells its fact from all others.
fn facts(outline: &Outline, file: &str, line: &ChainLine, record: &Record, row: usize, problems: &mut Problems) {
    let (were, are) = (line.chain.len(), record.facts.len());
    if were.max(are) > MOST_FACTS || record.approval.is_none() {
        return;
    }
    let before = |was: usize| match was.checked_sub(1) {
        None => Some(chain::beginning(&line.approval)),
        Some(before) => line.chain.get(before).copied(),
    };
    let mut is_taken = vec![false; were];
    let mut same = Vec::with_capacity(are);
    for (is, fact) in record.facts.iter().enumerate() {
        let fits = |was: &usize| {
            let link = before(*was).zip(fact.as_ref()).map(|(before, fact)| chain::link(&before, fact));
            is_taken.get(*was) == Some(&false) && link.as_ref() == line.chain.get(*was)
        };
        let was = std::iter::once(is).chain(0..were).find(fits);
        if let Some(taken) = was.and_then(|was| is_taken.get_mut(was)) {
            *taken = true;
        }
        same.push(was);
    }
    let nameless = |count| vec![Item { key: None, name: None }; count];
    for difference in compare(&nameless(were), &nameless(are), same) {
        let (kind, fact, says) = match difference {
            Difference::Changed { was, .. } => (Kind::FactChanged, was, "it was changed".to_owned()),
            Difference::Missing(was) => (Kind::FactMissing, was, "it was cut out".to_owned()),
            Difference::Added(is) => (Kind::FactAdded, is, "it was added".to_owned()),
            Difference::Moved { was, is } => (Kind::FactMoved, is, format!("it was fact {}", was + 1)),
        };
        let subject = Subject {
            approval: Some(clean(&line.approval, 100)),
            gate: line.gate.as_deref().map(|gate| clean(gate, 200)),
            row: Some(row as u64 + 1),
            fact: Some(fact as u64 + 1),
            ..outline.subject(file)
        };
        problems.add(kind, subject, says);
    }
}
