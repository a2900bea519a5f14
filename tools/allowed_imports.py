"""An import contract by allow-list: what is not named may not be imported, the standard library included.

A list of forbidden packages is always one package too short; the core is kept pure by naming the few that it may use.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowedImportsContract(Contract):
    """The packages under `source` import nothing but themselves and what `allowed` names."""

    type_name = "allowed_imports"

    source = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare every direct import with the list."""
        inside = {self.source, *graph.find_descendants(self.source)}
        allowed = {self.source, *self.allowed}
        strangers = [
            (module, imported)
            for module in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if not any(imported == name or imported.startswith(f"{name}.") for name in allowed)
        ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that is not on the list."""
        for module, imported in check.metadata["strangers"]:
            output.print_error(f"{module} imports {imported}, which is not on its list.")
