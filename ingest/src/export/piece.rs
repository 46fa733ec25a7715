//! A piece kept as received, opened again: its passages come one after another, with the ranks they had when it was first read.

use std::path::Path;

use lake::delivery::{Delivery, delivery_id};

use crate::content::{self, Content, Listed, Trouble};
use crate::context::Context;
use crate::encoding::Plan;
use crate::flat::passages::Rows;
use crate::kinds::{Kind, Reader};
use crate::oscour::{Failure, OnRecord, Walked};
use crate::read;
use crate::read_oscour::Message;
use crate::read_rpu::Form;
use crate::recognise::{Recognised, recognise};
use crate::unit::Unit;

pub(super) struct Piece<'c> {
    unit: Unit,
    head: String,
    separator: char,
    pub kind: &'c Kind,
    context: &'c Context,
}

impl<'c> Piece<'c> {
    /// Opens the content of `delivery` in the file `path`, which may be an archive of several.
    pub fn open(path: &Path, delivery: &Delivery, context: &'c Context) -> Result<Piece<'c>, Failure> {
        let content = content_of(path, delivery, context)?;
        let head = content.head(4096).map_err(Failure::Machine)?;
        let unit = Unit {
            content,
            delivery: delivery.clone(),
            plan: Plan::of(&head),
            received: None,
        };
        let (head, whole) = read::beginning(&unit)?;
        let Recognised { kind, separator } = recognise(&head, whole, &context.kinds)?;
        Ok(Piece {
            unit,
            head,
            separator,
            kind,
            context,
        })
    }

    /// Hands over every passage.
    pub fn records(&self, on_record: &mut OnRecord) -> Result<Walked, Failure> {
        let plan = self.unit.plan.or_default(self.kind.encodage.as_deref());
        let read = |form: &dyn Form, on_record: &mut OnRecord| {
            let read = self.unit.within(plan, self.context, |window| form.records(window, on_record));
            read.map(|(walked, _)| walked)
        };
        match self.kind.lecteur {
            Reader::Oscour => read(&Message::of(self.kind, self.context), on_record),
            Reader::RpuPlat => {
                let header = read::header(&self.head);
                let rows = Rows::of(self.kind, header, self.separator, &self.unit.delivery, self.context);
                read(&rows.map_err(refused)?, on_record)
            }
            Reader::Plat | Reader::Json => Err(refused("ce genre d'extrait n'est pas fait de passages".to_owned())),
        }
    }
}

fn refused(reason: String) -> Failure {
    Failure::Refused { clause: None, reason }
}

fn content_of(path: &Path, delivery: &Delivery, context: &Context) -> Result<Content, Failure> {
    let mut listed = content::list(path, "", context.caps);
    if listed.len() > 1 {
        listed.retain(|one| delivery.file.ends_with(&one.name));
    }
    if listed.len() > 1 {
        listed.retain(|one| is(one, delivery));
    }
    match listed.into_iter().next().map(|one| one.content) {
        Some(Ok(content)) => Ok(content),
        Some(Err(Trouble::Machine(error))) => Err(Failure::Machine(error)),
        Some(Err(Trouble::Content(reason) | Trouble::Closed(reason))) => Err(refused(reason)),
        None => Err(refused("l'archive gardée n'a pas cet envoi".to_owned())),
    }
}

/// Two entries of an archive may have one name: the identifier of the delivery is the hash of its content.
fn is(listed: &Listed, delivery: &Delivery) -> bool {
    let Ok(content) = &listed.content else {
        return false;
    };
    let read = content.with(|reader| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| delivery_id(&bytes))
    });
    read.is_ok_and(|id| id == delivery.id)
}
