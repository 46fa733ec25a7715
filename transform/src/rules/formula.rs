//! The predicates of many rules as formulas over leaves: what a predicate asks of the values is asked once, however many rules ask
//! it, and what joins the leaves (AND, OR, NOT) is done on bits.

use polars::prelude::*;

use super::truth::Truth;

/// A predicate once its leaves are apart; a leaf is named by its rank.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    Leaf(usize),
    And(Box<Formula>, Box<Formula>),
    Or(Box<Formula>, Box<Formula>),
    Not(Box<Formula>),
}

impl Formula {
    /// What the predicate says of each row, from what its leaves say.
    pub fn evaluate(&self, leaves: &[Truth]) -> Truth {
        match self {
            Self::Leaf(rank) => leaves[*rank].clone(),
            Self::And(left, right) => left.evaluate(leaves).and(&right.evaluate(leaves)),
            Self::Or(left, right) => left.evaluate(leaves).or(&right.evaluate(leaves)),
            Self::Not(inner) => inner.evaluate(leaves).not(),
        }
    }
}

/// The leaves of some predicates, each once.
#[derive(Debug, Default)]
pub struct Leaves {
    pub exprs: Vec<Expr>,
}

impl Leaves {
    /// The formula of a boolean predicate. What names one column at the most is a leaf whatever its form, for then it has few values.
    pub fn formula(&mut self, predicate: &Expr) -> Formula {
        if columns_of(predicate).len() > 1 {
            if let Expr::BinaryExpr { left, op, right } = predicate {
                let mut both = |join: fn(Box<Formula>, Box<Formula>) -> Formula| {
                    let left = Box::new(self.formula(left));
                    join(left, Box::new(self.formula(right)))
                };
                match op {
                    Operator::And | Operator::LogicalAnd => return both(Formula::And),
                    Operator::Or | Operator::LogicalOr => return both(Formula::Or),
                    _ => {}
                }
            }
            if let Some(inner) = denied(predicate) {
                return Formula::Not(Box::new(self.formula(inner)));
            }
        }
        Formula::Leaf(self.leaf(predicate))
    }

    fn leaf(&mut self, expr: &Expr) -> usize {
        let known = self.exprs.iter().position(|other| other == expr);
        known.unwrap_or_else(|| {
            self.exprs.push(expr.clone());
            self.exprs.len() - 1
        })
    }
}

/// Columns that an expression names, each once.
pub fn columns_of(expr: &Expr) -> Vec<PlSmallStr> {
    let mut names = expr.clone().meta().root_names();
    names.sort_unstable();
    names.dedup();
    names
}

/// What NOT denies, when that is a condition. SQL casts it to a boolean first, which it is.
fn denied(expr: &Expr) -> Option<&Expr> {
    let Expr::Function { input, function } = expr else {
        return None;
    };
    if !matches!(function, FunctionExpr::Boolean(BooleanFunction::Not)) {
        return None;
    }
    match input.first()? {
        Expr::Cast { expr: inner, dtype, .. } if *dtype == DataTypeExpr::Literal(DataType::Boolean) => {
            is_condition(inner).then_some(inner)
        }
        inner => is_condition(inner).then_some(inner),
    }
}

/// AND and OR of conditions, and comparisons: never the bits of a number.
fn is_condition(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr { left, op, right } => match op {
            Operator::And | Operator::Or => is_condition(left) && is_condition(right),
            Operator::LogicalAnd | Operator::LogicalOr => true,
            _ => op.is_comparison(),
        },
        Expr::Function { input, function } => match function {
            FunctionExpr::Boolean(BooleanFunction::Not) => input.first().is_some_and(is_condition),
            FunctionExpr::Boolean(_) => true,
            _ => false,
        },
        Expr::Cast { dtype, .. } => *dtype == DataTypeExpr::Literal(DataType::Boolean),
        _ => false,
    }
}
