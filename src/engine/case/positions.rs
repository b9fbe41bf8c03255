//! How far apart two databases stand, and what one holds before its time.

use crate::engine::chain::{Chain, Resemblance, RevisionIx, order};
use crate::engine::schema::TableName;
use crate::engine::span::Span;
use crate::engine::stamp;
use crate::ordered::Set;
use crate::wire::Role;

use super::{Case, Position, is_version_table};

/// Two databases of one chain, by what each has run and the other has not; oldest first.
#[derive(Debug)]
pub struct Apart<'a> {
    pub chain: &'a Chain,
    pub only_dev: Vec<RevisionIx>,
    pub only_prod: Vec<RevisionIx>,
}

impl Case {
    /// Returns a database's chain and the revisions of its rows, when all of them are known there.
    pub fn stands(&self, role: Role) -> Option<(&Chain, Vec<RevisionIx>)> {
        let Position::At { chain: Some(chain), rows } = self.position(role) else { return None };
        let chain = self.chains.get(*chain)?;
        let found = rows.iter().map(|(id, _)| chain.find(id)).collect::<Option<Vec<_>>>()?;
        Some((chain, found))
    }

    /// Returns which revisions dev and prod have run that the other has not, when both stand in one chain.
    pub fn apart(&self) -> Option<Apart<'_>> {
        let ((chain, dev), (other, prod)) = (self.stands(Role::Dev)?, self.stands(Role::Prod)?);
        if !std::ptr::eq(chain, other) {
            return None;
        }
        let (dev, prod) =
            (order::ancestors(&chain.graph, &dev), order::ancestors(&chain.graph, &prod));
        let of = |has: &order::RevisionSet, lacks: &order::RevisionSet| {
            let run = chain.order.iter().copied();
            run.filter(|ix| has.contains(*ix) && !lacks.contains(*ix)).collect()
        };
        Some(Apart { chain, only_dev: of(&dev, &prod), only_prod: of(&prod, &dev) })
    }

    /// Returns the tables that a stamped database has although only revisions that it has not run make them,
    /// in the order of those revisions.
    pub fn early(&self, role: Role) -> Vec<(&TableName, RevisionIx, Span)> {
        let (Some((chain, at)), Some(tables)) = (self.stands(role), self.tables(role)) else {
            return Vec::new();
        };
        let applied = order::ancestors(&chain.graph, &at);
        let (schema, _) = chain.schema_at(&at);
        let mut found: Vec<(&TableName, RevisionIx, Span)> = Vec::new();
        for ix in chain.order.iter().filter(|ix| !applied.contains(**ix)) {
            let made = chain.made_by(*ix).filter(|(table, _)| {
                tables.contains(*table)
                    && !schema.tables.contains_key(*table)
                    && !is_version_table(table)
            });
            found.extend(made.map(|(table, span)| (table, *ix, span)));
        }
        found
    }

    /// Returns the revision that a database is nearest to: by all of its schema where a dump shows it, else by
    /// its tables.
    pub fn resembling(&self, role: Role) -> Option<(usize, Resemblance)> {
        let tables = self.tables(role)?;
        let Some(stated) = self.stated(role).filter(|stated| stated.is_complete()) else {
            return self.nearest(&tables);
        };
        let fits = self.chains.iter().enumerate().filter_map(|(number, chain)| {
            Some((number, stamp::find(chain, &stated.schema, is_version_table)?))
        });
        let (number, fit) = fits.min_by_key(|(number, fit)| (fit.count, *number))?;
        let chain = self.chains.get(number)?;
        let (schema, complete) = chain.schema_at(&[fit.revision]);
        let made: Set<TableName> =
            schema.tables.into_keys().filter(|table| !is_version_table(table)).collect();
        Some((
            number,
            Resemblance {
                revision: fit.revision,
                missing: made.difference(&tables).cloned().collect(),
                extra: tables.difference(&made).cloned().collect(),
                complete,
                ties: fit.ties,
                alike: fit.alike,
                by_columns: true,
                differences: (fit.count, fit.differences),
            },
        ))
    }

    /// Returns the bases from which the revision that made a table descends, with the chain; `None` for one
    /// that no revision makes.
    pub fn bases_of(&self, table: &TableName) -> Option<Set<(usize, RevisionIx)>> {
        self.chains.iter().enumerate().find_map(|(number, chain)| {
            let (ix, _) = chain.origin(table)?.created?;
            let above = order::ancestors(&chain.graph, &[ix]);
            let mut bases = chain.graph.bases.clone();
            bases.retain(|base| above.contains(*base));
            Some(bases.into_iter().map(|base| (number, base)).collect())
        })
    }
}
