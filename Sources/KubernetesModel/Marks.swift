/// The labels and the field manager that mark an object as ours.
package enum Marks {
    package static let fieldManager = "reconcile"
    package static let managedBy = "app.kubernetes.io/managed-by"
    package static let managedByValue = "reconcile"
    package static let fleet = "reconcile.dev/fleet"
    package static let environment = "reconcile.dev/environment"
    package static let tenant = "reconcile.dev/tenant"
    /// The label of the person that an object of scope user was made for.
    package static let user = "reconcile.dev/user"
}
