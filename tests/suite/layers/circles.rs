//! No two files need each other. What a file takes from the folder that it is in does not count: a folder's own file gives
//! its parts to each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{code, sources, src};

/// A file of `src`, as the crate names it.
type Module = Vec<String>;

fn module(path: &Path) -> Module {
    let path = path.strip_prefix(src()).expect("it is below `src`").with_extension("");
    let mut names: Module = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    names
}

/// Names and what stands between them.
fn tokens(code: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens: Vec<String> = Vec::new();
    for c in code.chars() {
        match tokens.last_mut() {
            Some(last) if is_name(c) && last.ends_with(is_name) => last.push(c),
            Some(last) if c == ':' && last == ":" => last.push(c),
            _ if c.is_whitespace() => tokens.push(String::new()),
            _ => tokens.push(c.to_string()),
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// All paths that code names, those in braces with what stands before the braces.
fn paths(code: &str) -> Vec<Module> {
    let (mut paths, mut before, mut path, mut is_joined) = (Vec::new(), Vec::<Module>::new(), Module::new(), false);
    for token in tokens(code) {
        let is_name = token.starts_with(|c: char| c.is_alphabetic() || c == '_');
        // What stands before braces is no path by itself.
        if !is_joined && token != "::" && before.last() != Some(&path) {
            paths.push(path.clone());
        }
        match token.as_str() {
            "::" => {}
            "{" if is_joined => before.push(path.clone()),
            "{" => before.push(Module::new()),
            "}" => _ = before.pop(),
            _ => {}
        }
        if is_name && is_joined {
            path.push(token.clone());
        } else if token != "::" {
            path = before.last().cloned().unwrap_or_default();
            path.extend(is_name.then(|| token.clone()));
        }
        is_joined = token == "::";
    }
    paths
}

/// The file that a path leads to from another.
fn leads_to(path: &Module, from: &Module, all: &BTreeSet<Module>) -> Option<Module> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let mut names = match path.first()?.as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [from, &path[1..]].concat(),
        "super" => [from.get(..from.len().checked_sub(ups)?)?, &path[ups..]].concat(),
        _ => [from.as_slice(), path].concat(),
    };
    while !all.contains(&names) {
        names.pop()?;
    }
    Some(names)
}

/// Whom each file needs, without what only leads to a circle or away from one.
fn circles(mut needs: BTreeMap<Module, BTreeSet<Module>>) -> BTreeMap<Module, BTreeSet<Module>> {
    loop {
        let needed: BTreeSet<Module> = needs.values().flatten().cloned().collect();
        let before = needs.len();
        needs.retain(|file, of| !of.is_empty() && needed.contains(file));
        if needs.len() == before {
            return needs;
        }
        let left: BTreeSet<Module> = needs.keys().cloned().collect();
        needs.values_mut().for_each(|of| of.retain(|file| left.contains(file)));
    }
}

#[test]
fn no_two_files_need_each_other() {
    let files: Vec<(Module, String)> = sources(&src()).iter().map(|(path, text)| (module(path), code(text))).collect();
    let all: BTreeSet<Module> = files.iter().map(|(file, _)| file.clone()).collect();
    let needs = files.iter().map(|(file, code)| {
        let of = paths(code).iter().filter_map(|path| leads_to(path, file, &all)).collect::<BTreeSet<_>>();
        (file.clone(), of.into_iter().filter(|other| !file.starts_with(other)).collect())
    });
    let needs: BTreeMap<Module, BTreeSet<Module>> = needs.collect();
    assert!(needs.values().map(BTreeSet::len).sum::<usize>() > all.len(), "files need others");
    assert_eq!(circles(needs), BTreeMap::new());
}

#[test]
fn a_path_is_read_however_it_is_written() {
    let read = |code: &str| -> Vec<String> {
        paths(code).into_iter().filter(|path| path.len() > 1).map(|path| path.join("::")).collect()
    };
    assert_eq!(
        read("use crate::a::{self, B, c::{D, e}};\nuse super::f as g; h(super::i::J { k: l::M }, [crate::n::O; 2]);"),
        [
            "crate::a::self",
            "crate::a::B",
            "crate::a::c::D",
            "crate::a::c::e",
            "super::f",
            "super::i::J",
            "l::M",
            "crate::n::O"
        ],
    );
    let needs = |pairs: &[(&str, &str)]| {
        let mut needs = BTreeMap::<Module, BTreeSet<Module>>::new();
        for (file, other) in pairs {
            needs.entry(vec![(*file).to_owned()]).or_default().insert(vec![(*other).to_owned()]);
        }
        circles(needs).into_keys().flatten().collect::<Vec<_>>()
    };
    assert_eq!(needs(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]), ["b", "c"]);
    assert_eq!(needs(&[("a", "b"), ("b", "c"), ("a", "c")]), Vec::<String>::new());
}
