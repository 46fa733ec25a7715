//! The conditions of the rules of a table, each kept once: what several rules ask of a record is answered once.

use super::expr::Expr;

/// A condition, by the ranks of those it is made of.
#[derive(PartialEq)]
pub enum Condition {
    And(usize, usize),
    Or(usize, usize),
    Not(usize),
    Leaf(Leaf),
}

/// What is not made of other conditions.
pub struct Leaf {
    pub expr: Expr,
    /// The column that it names, when it names one and no other.
    pub column: Option<usize>,
}

impl PartialEq for Leaf {
    fn eq(&self, other: &Leaf) -> bool {
        self.expr == other.expr
    }
}

#[derive(Default)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// The rank of a condition.
    pub fn add(&mut self, expr: Expr) -> usize {
        let condition = match expr {
            Expr::And(left, right) => Condition::And(self.add(*left), self.add(*right)),
            Expr::Or(left, right) => Condition::Or(self.add(*left), self.add(*right)),
            Expr::Not(inner) => Condition::Not(self.add(*inner)),
            expr => Condition::Leaf(Leaf {
                column: expr.only_column(),
                expr,
            }),
        };
        let known = self.0.iter().position(|known| *known == condition);
        known.unwrap_or_else(|| {
            self.0.push(condition);
            self.0.len() - 1
        })
    }

    pub fn of(&self, rank: usize) -> &Condition {
        &self.0[rank]
    }

    /// How many conditions there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// A condition as it was added.
    #[cfg(test)]
    pub fn expr(&self, rank: usize) -> Expr {
        let part = |rank: usize| Box::new(self.expr(rank));
        match &self.0[rank] {
            Condition::And(left, right) => Expr::And(part(*left), part(*right)),
            Condition::Or(left, right) => Expr::Or(part(*left), part(*right)),
            Condition::Not(inner) => Expr::Not(part(*inner)),
            Condition::Leaf(leaf) => leaf.expr.clone(),
        }
    }
}

impl Expr {
    fn only_column(&self) -> Option<usize> {
        let mut named = None;
        self.names_only(&mut named).then_some(named).flatten()
    }

    fn names_only(&self, named: &mut Option<usize>) -> bool {
        if let Self::Column(column) = self {
            return *named.get_or_insert(*column) == *column;
        }
        self.parts().into_iter().all(|part| part.names_only(named))
    }
}

#[cfg(test)]
mod tests {
    use super::super::expr::Comparison;
    use super::*;

    fn is_empty(column: usize) -> Expr {
        Expr::IsNull(Box::new(Expr::Column(column)))
    }

    fn is(column: usize, text: &str) -> Expr {
        let text = Expr::Text(text.to_owned());
        Expr::Compare(Comparison::Eq, Box::new(Expr::Column(column)), Box::new(text))
    }

    #[test]
    fn what_two_rules_say_is_kept_once() {
        let mut conditions = Conditions::default();
        let both = Expr::And(Box::new(is_empty(0)), Box::new(Expr::Not(Box::new(is(1, "7")))));
        let first = conditions.add(both.clone());
        assert_eq!(conditions.count(), 4, "two leaves, a negation, a conjunction");
        assert_eq!(conditions.add(both.clone()), first);
        conditions.add(Expr::Or(Box::new(is_empty(0)), Box::new(is(1, "6"))));
        assert_eq!(conditions.count(), 6, "one more leaf and a disjunction");
        assert_eq!(conditions.expr(first), both);
    }

    #[test]
    fn a_leaf_knows_the_one_column_that_it_names() {
        let mut conditions = Conditions::default();
        let elapsed = Expr::Elapsed(Box::new(Expr::Column(2)), Box::new(Expr::Column(3)));
        for (expr, expected) in [(is(1, "7"), Some(1)), (elapsed, None), (Expr::Bool(true), None)] {
            let rank = conditions.add(expr);
            let Condition::Leaf(leaf) = conditions.of(rank) else {
                panic!("a leaf")
            };
            assert_eq!(leaf.column, expected);
        }
    }
}
