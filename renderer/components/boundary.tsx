import { Component, type ReactNode } from 'react';

/** What is inside fails alone: instead of it stands `fallback`. React offers this to classes only. */
export class Boundary extends Component<
  { fallback: ReactNode; onFailure: (error: unknown) => void; children: ReactNode },
  { failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onFailure(error);
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
